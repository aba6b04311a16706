// What the reader takes along: code, numbers, a picture.

const copyText = async (text) => {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
};

const download = (name, blob) => {
  const link = make("a", { download: name, href: URL.createObjectURL(blob) });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
};

// One column for each vector, and for each row of a matrix.
const columnsOf = ([name, value]) => {
  if (!Array.isArray(value)) return [[name, value]];
  if (!Array.isArray(value[0])) return [[name, ...value]];
  return value.flatMap((row, i) => columnsOf([`${name}[${i}]`, row]));
};

const toCsv = (values) => {
  const columns = Object.entries(values).flatMap(columnsOf);
  const longest = Math.max(...columns.map((column) => column.length));
  const cell = (value) => (value === undefined || Number.isNaN(value) ? "" : value);
  const row = (_, i) => columns.map((column) => cell(column[i])).join(",");
  return Array.from({ length: longest }, row).join("\n");
};

const pythonValue = (value) => {
  if (Array.isArray(value)) return `(${value.map((each) => `${each},`).join(" ")})`;
  return typeof value === "string" ? JSON.stringify(value) : String(value);
};

const toCode = (name, params) => {
  const list = Object.entries(params).map(([key, value]) => `${key}=${pythonValue(value)}`);
  const call = `gallery()["${name}"].compute(${list.join(", ")})`;
  return `from attnkit.explore import gallery\nvalues = ${call}`;
};

const saveCsv = (figure) => {
  const text = toCsv(figure.shown().values);
  download(`${figure.spec.name}.csv`, new Blob([text], { type: "text/csv" }));
};

const saveSvg = (figure) => {
  const text = new Sheet(figure).asSvg();
  download(`${figure.spec.name}.svg`, new Blob([text], { type: "image/svg+xml" }));
};

const savePng = (figure) => {
  const canvas = new Sheet(figure).asCanvas(2);
  canvas.toBlob((blob) => download(`${figure.spec.name}.png`, blob));
};
