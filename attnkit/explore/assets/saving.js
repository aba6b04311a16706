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
  const link = make("a", { download: name });
  link.href = URL.createObjectURL(blob);
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
};

// One column for each vector, and for each row of a matrix.
const toCsv = (values) => {
  const columns = [];
  const add = (name, value) => {
    if (!Array.isArray(value)) columns.push([name, value]);
    else if (Array.isArray(value[0])) value.forEach((row, i) => add(`${name}[${i}]`, row));
    else columns.push([name, ...value]);
  };
  Object.entries(values).forEach(([name, value]) => add(name, value));
  const rows = Math.max(...columns.map((column) => column.length));
  const cell = (column, i) => (column[i] === undefined || column[i] !== column[i] ? "" : column[i]);
  return Array.from({ length: rows }, (_, i) =>
    columns.map((column) => cell(column, i)).join(",")).join("\n");
};

const pythonValue = (value) => {
  if (Array.isArray(value)) return `(${value.map((each) => `${each},`).join(" ")})`;
  return typeof value === "string" ? JSON.stringify(value) : String(value);
};

const toCode = (name, params) => {
  const list = Object.entries(params).map(([key, value]) => `${key}=${pythonValue(value)}`);
  return `from attnkit.explore import gallery\nvalues = gallery()["${name}"].compute(${list.join(", ")})`;
};

// The setting in words, as a picture carries it.
const toWords = (controls) => [...controls.values()].map(({ spec, kind, read }, i, all) => {
  const value = all[i].read();
  return `${spec.label} = ${kind.told ? minus(kind.told(value)) : value}`;
});

// Break words to lines of a width.
const wrapped = (parts, between, width, font) => {
  const lines = [""];
  for (const part of parts) {
    const longer = lines.at(-1) ? lines.at(-1) + between + part : part;
    if (lines.at(-1) && widthOf(longer, font) > width) lines.push(part);
    else lines[lines.length - 1] = longer;
  }
  return lines;
};

// The whole figure, with title, setting and keys, as it stands on the screen but on paper.
class Sheet {
  constructor(figure) {
    this.figure = figure;
    this.colours = onPaper(coloursOf(figure.root));
    const box = figure.panels[0].cell.parentNode.getBoundingClientRect();
    this.width = Math.round(box.width) + 32;
    this.lines = wrapped(toWords(figure.controls), "   ", this.width - 32, fontOf(this.colours));
    this.top = 44 + 17 * this.lines.length;
    this.height = Math.round(box.height) + this.top + 12;
    this.corner = box;
  }

  draw(context, ratio) {
    const { colours, figure } = this;
    context.fillStyle = colours.surface;
    context.fillRect(0, 0, this.width, this.height);
    Object.assign(context, { textAlign: "left", textBaseline: "alphabetic", fillStyle: colours.ink });
    context.font = fontOf(colours, 16, "600");
    context.fillText(figure.spec.title, 16, 28);
    Object.assign(context, { font: fontOf(colours), fillStyle: colours.quiet });
    this.lines.forEach((text, i) => context.fillText(text, 16, 48 + 17 * i));
    for (const panel of figure.panels) this.drawPanel(context, panel, ratio);
    return context;
  }

  drawPanel(context, panel, ratio) {
    const plot = panel.plot.getBoundingClientRect();
    const cell = panel.cell.getBoundingClientRect();
    const [left, top] = [plot.left - this.corner.left + 16, plot.top - this.corner.top + this.top];
    this.drawKeys(context, panel, left, cell.top - this.corner.top + this.top + 14, plot.width);
    context.save();
    context.translate(left, top);
    panel.draw(context, plot.width, plot.height, ratio, this.colours);
    context.restore();
    panel.stale = true;
  }

  drawKeys(context, panel, left, top, width) {
    const { colours } = this;
    Object.assign(context, { textAlign: "left", textBaseline: "alphabetic", fillStyle: colours.ink });
    let [x, y] = [left, top];
    if (panel.spec.title) {
      context.font = fontOf(colours, NAME, "600");
      context.fillText(panel.spec.title, x, y);
      x += widthOf(panel.spec.title, context.font) + 14;
    }
    context.font = fontOf(colours);
    for (const layer of panel.layers.filter(({ name, kind }) => name && kind !== "heat")) {
      const wide = widthOf(layer.name, context.font) + 40;
      if (x > left && x + wide > left + width) [x, y] = [left, y + 17];
      this.drawSample(context, layer, x, y - 4);
      context.fillStyle = colours.quiet;
      context.fillText(layer.name, x + 25, y);
      x += wide;
    }
  }

  drawSample(context, { kind, style }, x, y) {
    const tone = this.colours.tone(style.tone);
    const solid = kind === "line" || kind === "rule";
    context.fillStyle = tone;
    if (kind === "points") {
      context.beginPath();
      context.arc(x + 10, y, 3.5, 0, 2 * Math.PI);
      return context.fill();
    }
    if (!solid) return context.fillRect(x + 3, y - 4, 14, 8);
    pen(context, tone, Math.min(style.width ?? 1.8, 4), style.dash ? (kind === "rule" ? DOTTED : DASHED) : []);
    strokeLines(context, [[x, y, x + 20, y]]);
    return context.setLineDash([]);
  }
}

const saveSvg = (figure) => {
  const sheet = new Sheet(figure);
  const text = sheet.draw(new SvgContext(sheet.width, sheet.height), 2).text();
  download(`${figure.spec.name}.svg`, new Blob([text], { type: "image/svg+xml" }));
  figure.paint();
};

const savePng = (figure) => {
  const sheet = new Sheet(figure);
  const canvas = Object.assign(document.createElement("canvas"), { width: 2 * sheet.width, height: 2 * sheet.height });
  const context = canvas.getContext("2d");
  context.scale(2, 2);
  sheet.draw(context, 2);
  figure.paint();
  canvas.toBlob((blob) => download(`${figure.spec.name}.png`, blob));
};
