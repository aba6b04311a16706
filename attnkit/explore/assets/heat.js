// A matrix as colours: each pixel of the plot takes the colour of the cell it lies in.

// The values that the two ends of the ramp stand for.
const heatReach = ({ style, data }) => {
  if (style.low !== null) return [style.low, style.high];
  let [low, high] = [Infinity, -Infinity];
  for (const value of data.z) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) return [0, 1];
  const far = Math.max(Math.abs(low), Math.abs(high));
  return style.diverging ? [-far, far] : [low, high];
};

// Edges of the cells around their places, halfway between neighbours as the axis is drawn.
const edgesOf = (places, scale) => {
  const at = Array.from(places, (place) => scale.unit(place));
  const inner = at.slice(1).map((place, i) => (place + at[i]) / 2);
  if (!inner.length) return [at[0] - 0.5, at[0] + 0.5];
  return [2 * at[0] - inner[0], ...inner, 2 * at.at(-1) - inner.at(-1)];
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
const lookUp = (edges, scale, from, size, ratio) => {
  const cell = (_, i) => cellAt(edges, scale.unit(scale.value(from + (i + 0.5) / ratio)));
  return Int32Array.from({ length: size }, cell);
};

// The pixels of the plot and their cells, kept until the plot or the places of the cells change.
const raster = (layer, plot) => {
  const { x, y, left, top, right, bottom, ratio } = plot;
  const { columns, rows } = cellsOf(layer, plot);
  const ends = [x.low, x.high, y.low, y.high, left, top, right, bottom, ratio];
  const key = [...ends, ...columns, ...rows].join();
  if (layer.raster?.key === key) return layer.raster;
  const width = Math.max(1, Math.round((right - left) * ratio));
  const height = Math.max(1, Math.round((bottom - top) * ratio));
  const picture = new ImageData(width, height);
  layer.raster = {
    key,
    picture,
    columns: lookUp(columns, x, left, width, ratio),
    rows: lookUp(rows, y, top, height, ratio),
    pixels: new Uint32Array(picture.data.buffer),
    canvas: Object.assign(document.createElement("canvas"), { width, height }),
  };
  return layer.raster;
};

// The colour of each cell of one row; NaN has none.
const shadesOf = ({ data: { z }, shape, style }, row, [low, high]) => {
  const ramp = rampOf(style.stops.join());
  const unit = 255 / (high - low || 1);
  return Uint32Array.from({ length: shape[1] }, (_, i) => {
    const value = z[row * shape[1] + i];
    return value === value ? ramp[Math.max(0, Math.min(255, Math.round(unit * (value - low))))] : 0;
  });
};

const fillPixels = (layer, { columns, rows, pixels, picture: { width } }) => {
  const reach = heatReach(layer);
  rows.forEach((row, j) => {
    const start = j * width;
    if (j > 0 && row === rows[j - 1]) pixels.copyWithin(start, start - width, start);
    else if (row < 0) pixels.fill(0, start, start + width);
    else {
      const shades = shadesOf(layer, row, reach);
      for (let i = 0; i < width; i++) pixels[start + i] = columns[i] < 0 ? 0 : shades[columns[i]];
    }
  });
};

const heat = (context, layer, plot) => {
  const { left, top, right, bottom } = plot;
  const cells = raster(layer, plot);
  fillPixels(layer, cells);
  cells.canvas.getContext("2d").putImageData(cells.picture, 0, 0);
  context.drawImage(cells.canvas, left, top, right - left, bottom - top);
};

// The ramp beside a plot, and what its ends stand for.
const colourBar = (context, layer, { right, top, bottom }, colours) => {
  const left = right + 10;
  const bytes = new Uint8Array(rampOf(layer.style.stops.join()).buffer);
  const step = (bottom - top) / 64;
  for (let i = 0; i < 64; i++) {
    context.fillStyle = `rgb(${bytes.slice(16 * i + 8, 16 * i + 11).join()})`;
    context.fillRect(left, bottom - (i + 1) * step, 10, step + (i && 0.7));
  }
  const scale = new Scale({ log: false, ticks: layer.style.ticks }).show(...heatReach(layer)).place(bottom, top);
  writing(context, colours.quiet, fontOf(colours), "left", "middle");
  for (const { value, text } of scale.ticks(23)) context.fillText(text, left + 14, scale.at(value));
  writing(context, colours.ink, fontOf(colours, NAME), "right", "alphabetic");
  context.fillText(layer.name, right + 58, top - 10);
};
