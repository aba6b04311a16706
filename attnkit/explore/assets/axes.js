// The frame of a panel: where its plot lies, grid, ticks and what the axes are called.

const TEXT = 12;
const NAME = 12.5;
const fontOf = (colours, size = TEXT, weight = "") => `${weight} ${size}px ${colours.font}`.trim();

const ruler = document.createElement("canvas").getContext("2d");
const widthOf = (text, font) => {
  ruler.font = font;
  return ruler.measureText(text).width;
};

// Keep every so many of the ticks, so that their texts stand apart.
const thinned = (ticks, scale, font) => {
  const told = ticks.filter(({ text }) => text);
  const fits = (every) => told.every(({ value, text }, i) => {
    const next = told[i + every];
    if (i % every || !next) return true;
    const room = Math.abs(scale.at(next.value) - scale.at(value));
    return (widthOf(text, font) + widthOf(next.text, font)) / 2 + 8 <= room;
  });
  const every = [1, 2, 3, 4, 5, 10].find(fits) ?? 20;
  return ticks.filter((tick) => !tick.text || told.indexOf(tick) % every === 0);
};

// Ticks of both axes and the place of the plot between them. The margin grows in steps, so that
// a number that gets one digit more does not make the picture tremble.
const frameOf = (panel, width, height, colours) => {
  const { x, y, spec, layers } = panel;
  const font = fontOf(colours);
  const top = spec.y.label || layers.some(({ kind, name }) => kind === "heat" && name) ? 24 : 10;
  const bottom = height - (spec.x.label ? 42 : 24);
  y.place(bottom, top);
  const yTicks = y.ticks(23);
  const widest = Math.max(0, ...yTicks.map(({ text = "" }) => widthOf(text, font)));
  const left = 8 * Math.ceil((widest + 12) / 8);
  const right = width - (layers.some(({ kind }) => kind === "heat") ? 62 : 14);
  const plot = { x, y, left, top, right, bottom };
  if (spec.square) makeSquare(plot);
  x.place(plot.left, plot.right);
  y.place(plot.bottom, plot.top);
  const xTicks = thinned(x.ticks(38), x, font);
  return { ...plot, xTicks, yTicks: spec.square ? y.ticks(23) : yTicks };
};

// The same unit on both axes: the longer side gives way.
const makeSquare = (plot) => {
  const [wide, tall] = [Math.abs(plot.x.high - plot.x.low), Math.abs(plot.y.high - plot.y.low)];
  const unit = Math.min((plot.right - plot.left) / wide, (plot.bottom - plot.top) / tall);
  const spare = plot.right - plot.left - unit * wide;
  plot.left += Math.round(spare / 2);
  plot.right = plot.left + unit * wide;
  const low = plot.bottom - plot.top - unit * tall;
  plot.top += Math.round(low / 2);
  plot.bottom = plot.top + unit * tall;
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

const drawGrid = (context, frame, colours) => {
  const { x, y, left, top, right, bottom, xTicks, yTicks } = frame;
  const upright = ({ value }) => [crisp(x.at(value)), top, crisp(x.at(value)), bottom];
  const level = ({ value }) => [left, crisp(y.at(value)), right, crisp(y.at(value))];
  const major = (ticks) => ticks.filter(({ minor }) => !minor);
  const minor = (ticks) => ticks.filter((tick) => tick.minor);
  pen(context, colours.grid, 1);
  context.globalAlpha = 0.5;
  strokeLines(context, [...minor(xTicks).map(upright), ...minor(yTicks).map(level)]);
  context.globalAlpha = 1;
  strokeLines(context, [...major(xTicks).map(upright), ...major(yTicks).map(level)]);
  const zero = { value: 0 };
  pen(context, colours.axis, 1);
  const bases = [];
  if (!x.log && x.holds(0) && !x.given.length) bases.push(upright(zero));
  if (!y.log && y.holds(0) && !y.given.length) bases.push(level(zero));
  strokeLines(context, bases);
};

// A text centred at a place, moved in where it would be cut.
const fillWithin = (context, text, place, top, width) => {
  const half = widthOf(text, context.font) / 2 + 1;
  context.fillText(text, Math.max(half, Math.min(width - half, place)), top);
};

const drawNames = (context, frame, spec, width, colours) => {
  const { x, y, left, top, right, bottom, xTicks, yTicks } = frame;
  Object.assign(context, { fillStyle: colours.quiet, font: fontOf(colours) });
  Object.assign(context, { textAlign: "center", textBaseline: "top" });
  for (const { value, text } of xTicks) if (text) fillWithin(context, text, x.at(value), bottom + 6, width);
  Object.assign(context, { textAlign: "right", textBaseline: "middle" });
  for (const { value, text } of yTicks) if (text) context.fillText(text, left - 6, y.at(value));
  context.font = fontOf(colours, NAME);
  Object.assign(context, { fillStyle: colours.ink, textBaseline: "alphabetic" });
  context.textAlign = "center";
  if (spec.x.label) fillWithin(context, spec.x.label, (left + right) / 2, bottom + 36, width);
  context.textAlign = "left";
  if (spec.y.label) context.fillText(spec.y.label, Math.min(left, 8), top - 10);
};
