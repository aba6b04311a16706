// The frame of a panel: where its plot lies, grid, ticks and what the axes are called.

const TEXT = 12;
const NAME = 12.5;
const TICK_WIDE = 38; // px that a tick of the x axis takes, and one of the y axis
const TICK_TALL = 23;

const fontOf = (colours, size = TEXT, weight = "") => `${weight} ${size}px ${colours.font}`.trim();

const writing = (context, fillStyle, font, textAlign, textBaseline) =>
  Object.assign(context, { fillStyle, font, textAlign, textBaseline });

const ruler = document.createElement("canvas").getContext("2d");
const widthOf = (text, font) => {
  ruler.font = font;
  return ruler.measureText(text).width;
};

// Keep every so many of the ticks, so that their texts stand apart.
const thinned = (ticks, scale, font) => {
  const told = ticks.filter(({ text }) => text);
  const widths = told.map(({ text }) => widthOf(text, font));
  const places = told.map(({ value }) => scale.at(value));
  const fits = (every) => told.every((_, i) => i % every || i + every >= told.length
    || (widths[i] + widths[i + every]) / 2 + 8 <= Math.abs(places[i + every] - places[i]));
  const every = [1, 2, 3, 4, 5, 10].find(fits) ?? 20;
  return ticks.filter((tick) => !tick.text || told.indexOf(tick) % every === 0);
};

// Code points, one row a word, as ticks at 1, 2, …
const wordsOf = ({ data, shape: [rows, columns] }) =>
  Array.from({ length: rows }, (_, row) => {
    const codes = [...data.subarray(row * columns, (row + 1) * columns)].filter((code) => code > 0);
    return [row + 1, String.fromCodePoint(...codes.map(Math.round))];
  }).filter(([, word]) => word);

// Words stand one under the other along either axis, and so need the height of a line.
const lined = (ticks, scale) => {
  const room = ticks.length > 1 ? Math.abs(scale.at(ticks[1].value) - scale.at(ticks[0].value)) : TEXT;
  const every = Math.max(1, Math.ceil((TEXT - 1) / room));
  return ticks.filter((_, i) => i % every === 0);
};

const widest = (ticks, font) => Math.max(0, ...ticks.map(({ text = "" }) => widthOf(text, font)));

// Where the plot lies. The left margin grows in steps, so that a number that gets one digit more
// does not make the picture tremble.
const plotOf = ({ x, y, spec, layers }, width, height, font) => {
  const coloured = layers.filter(({ kind }) => kind === "heat");
  const top = spec.y.label || coloured.some(({ name }) => name) ? 24 : 10;
  const below = x.spelt ? widest(x.ticks(TICK_WIDE), font) + 12 : 24;
  const bottom = height - below - (spec.x.label ? 18 : 0);
  const told = widest(y.place(bottom, top).ticks(TICK_TALL), font);
  const left = 8 * Math.ceil((told + 12) / 8);
  const plot = { x, y, left, top, right: width - (coloured.length ? 62 : 14), bottom };
  return spec.square ? squared(plot) : plot;
};

// The same unit on both axes: the longer side gives way.
const squared = (plot) => {
  const { x, y, left, top, right, bottom } = plot;
  const [wide, tall] = [Math.abs(x.high - x.low), Math.abs(y.high - y.low)];
  const unit = Math.min((right - left) / wide, (bottom - top) / tall);
  const from = Math.round(left + (right - left - unit * wide) / 2);
  const above = Math.round(top + (bottom - top - unit * tall) / 2);
  const [to, below] = [from + unit * wide, above + unit * tall];
  return { ...plot, left: from, right: to, top: above, bottom: below };
};

const frameOf = (panel, width, height, colours) => {
  const font = fontOf(colours);
  const plot = plotOf(panel, width, height, font);
  const { x, y } = panel;
  x.place(plot.left, plot.right);
  y.place(plot.bottom, plot.top);
  const [across, up] = [x.ticks(TICK_WIDE), y.ticks(TICK_TALL)];
  const xTicks = x.spelt ? lined(across, x) : thinned(across, x, font);
  return { ...plot, height, xTicks, yTicks: y.spelt ? lined(up, y) : up };
};

const strokeLines = (context, lines) => {
  context.beginPath();
  for (const [x1, y1, x2, y2] of lines) {
    context.moveTo(x1, y1);
    context.lineTo(x2, y2);
  }
  context.stroke();
};

const crisp = (pixel) => Math.round(pixel - 0.5) + 0.5;

const drawGrid = (context, { x, y, left, top, right, bottom, xTicks, yTicks }, colours) => {
  const upright = ({ value }) => [crisp(x.at(value)), top, crisp(x.at(value)), bottom];
  const level = ({ value }) => [left, crisp(y.at(value)), right, crisp(y.at(value))];
  const lines = (wanted) =>
    [...xTicks.filter(wanted).map(upright), ...yTicks.filter(wanted).map(level)];
  const hasZero = (scale) => !scale.log && !scale.given.length && scale.holds(0);
  pen(context, colours.grid, 1);
  context.globalAlpha = 0.5;
  strokeLines(context, lines(({ minor }) => minor));
  context.globalAlpha = 1;
  strokeLines(context, lines(({ minor }) => !minor));
  pen(context, colours.axis, 1);
  if (hasZero(x)) strokeLines(context, [upright({ value: 0 })]);
  if (hasZero(y)) strokeLines(context, [level({ value: 0 })]);
};

// A text centred at a place, moved in where it would be cut.
const fillWithin = (context, text, place, top, width) => {
  const half = widthOf(text, context.font) / 2 + 1;
  context.fillText(text, Math.max(half, Math.min(width - half, place)), top);
};

// A word read from below, its end at a place.
const fillUpright = (context, text, place, top) => {
  context.save();
  context.translate(place, top);
  context.rotate(-Math.PI / 2);
  writing(context, context.fillStyle, context.font, "right", "middle");
  context.fillText(text, 0, 0);
  context.restore();
};

const drawNames = (context, frame, spec, width, colours) => {
  const { x, y, left, top, right, bottom, height, xTicks, yTicks } = frame;
  const told = ({ text }) => text;
  writing(context, colours.quiet, fontOf(colours), "center", "top");
  for (const { value, text } of xTicks.filter(told)) {
    if (x.spelt) fillUpright(context, text, x.at(value), bottom + 6);
    else fillWithin(context, text, x.at(value), bottom + 6, width);
  }
  writing(context, colours.quiet, fontOf(colours), "right", "middle");
  for (const { value, text } of yTicks.filter(told)) context.fillText(text, left - 6, y.at(value));
  writing(context, colours.ink, fontOf(colours, NAME), "center", "alphabetic");
  fillWithin(context, spec.x.label, (left + right) / 2, x.spelt ? height - 6 : bottom + 36, width);
  writing(context, colours.ink, fontOf(colours, NAME), "left", "alphabetic");
  context.fillText(spec.y.label, Math.min(left, 8), top - 10);
};
