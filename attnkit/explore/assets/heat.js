// A matrix as colours: each pixel of the plot takes the colour of the cell it lies in.

// The values that the two ends of the ramp stand for.
const heatReach = ({ style, data }) => {
  if (style.low !== null && style.low !== undefined) return [style.low, style.high];
  let [low, high] = [Infinity, -Infinity];
  for (const value of data.z) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (!style.diverging) return [low, high];
  const far = Math.max(Math.abs(low), Math.abs(high));
  return [-far, far];
};

// Edges of the cells around their places, halfway between neighbours as the axis is drawn.
const edgesOf = (places, scale) => {
  const at = Array.from(places, (place) => scale.unit(place));
  const inner = at.slice(1).map((place, i) => (place + at[i]) / 2);
  const first = at.length > 1 ? at[0] - (inner[0] - at[0]) : at[0] - 0.5;
  const last = at.length > 1 ? 2 * at.at(-1) - inner.at(-1) : at[0] + 0.5;
  return [first, ...inner, last];
};

const counted = (n) => Float64Array.from({ length: n }, (_, i) => i);

const cellsOf = ({ data, shape }, { x, y }) => ({
  columns: edgesOf(data.x ?? counted(shape[1]), x),
  rows: edgesOf(data.y ?? counted(shape[0]), y),
});

const cellAt = (edges, unit) => {
  for (let i = 0; i + 1 < edges.length; i++) {
    if ((unit - edges[i]) * (unit - edges[i + 1]) <= 0) return i;
  }
  return -1;
};

// For every pixel along one side of the plot the cell it lies in, or -1.
const lookUp = (edges, scale, from, size, ratio) =>
  Int32Array.from({ length: size }, (_, i) => cellAt(edges, scale.unit(scale.value(from + (i + 0.5) / ratio))));

const sameCells = (layer, plot, ratio) => {
  const { x, y, left, top, right, bottom } = plot;
  const ends = [x.low, x.high, y.low, y.high, left, top, right, bottom, ratio];
  const { data, shape, cells } = layer;
  const places = [...(data.x ?? []), ...(data.y ?? []), ...shape];
  const key = `${ends} ${places}`;
  if (cells?.key === key) return cells;
  const edges = cellsOf(layer, plot);
  const width = Math.max(1, Math.round((right - left) * ratio));
  const height = Math.max(1, Math.round((bottom - top) * ratio));
  const picture = new ImageData(width, height);
  layer.cells = {
    key,
    columns: lookUp(edges.columns, x, left, width, ratio),
    rows: lookUp(edges.rows, y, top, height, ratio),
    picture,
    pixels: new Uint32Array(picture.data.buffer),
    canvas: Object.assign(document.createElement("canvas"), { width, height }),
  };
  return layer.cells;
};

const fillCells = ({ data, shape, style }, { columns, rows, pixels, picture }, [low, high]) => {
  const ramp = rampOf(style.stops);
  const colour = (value) =>
    (value !== value ? 0 : ramp[Math.max(0, Math.min(255, Math.round((255 * (value - low)) / (high - low || 1))))]);
  const { width } = picture;
  rows.forEach((row, j) => {
    const start = j * width;
    if (j > 0 && row === rows[j - 1]) return pixels.copyWithin(start, start - width, start);
    if (row < 0) return pixels.fill(0, start, start + width);
    let [cell, shade] = [-1, 0];
    for (let i = 0; i < width; i++) {
      if (columns[i] !== cell) {
        cell = columns[i];
        shade = cell < 0 ? 0 : colour(data.z[row * shape[1] + cell]);
      }
      pixels[start + i] = shade;
    }
    return pixels;
  });
};

const heat = (context, layer, plot) => {
  const cells = sameCells(layer, plot, plot.ratio);
  fillCells(layer, cells, heatReach(layer));
  cells.canvas.getContext("2d").putImageData(cells.picture, 0, 0);
  const { left, top, right, bottom } = plot;
  context.drawImage(cells.canvas, left, top, right - left, bottom - top);
};

// The ramp beside a plot, and what its ends stand for.
const colourBar = (context, layer, { right, top, bottom }, colours) => {
  const left = right + 10;
  const scale = new Scale({ log: false, ticks: [] }).show(...heatReach(layer)).place(bottom, top);
  const bytes = new Uint8Array(rampOf(layer.style.stops).buffer);
  const step = (bottom - top) / 64;
  for (let i = 0; i < 64; i++) {
    context.fillStyle = `rgb(${bytes.slice(16 * i + 8, 16 * i + 11).join()})`;
    context.fillRect(left, bottom - (i + 1) * step, 10, step + (i && 0.7));
  }
  Object.assign(context, { fillStyle: colours.quiet, font: fontOf(colours) });
  Object.assign(context, { textAlign: "left", textBaseline: "middle" });
  for (const { value, text } of scale.ticks(23)) {
    context.fillText(text, left + 14, scale.at(value));
  }
  Object.assign(context, { textAlign: "right", textBaseline: "alphabetic", fillStyle: colours.ink });
  context.font = fontOf(colours, NAME);
  context.fillText(layer.name, right + 58, top - 10);
};
