// The marks that a panel draws, on anything that has the methods of a 2D canvas.
//
// Each takes the context, a layer {style, data, ghost}, the plot {x, y, left, top, right, bottom}
// with its two scales, and the colours.

const GHOSTS = [[2, 3], [7, 3], [8, 3, 2, 3]];
const DASHED = [8, 5];
const DOTTED = [2, 4];

const pen = (context, colour, width, dash = []) => {
  Object.assign(context, { strokeStyle: colour, lineWidth: width, lineJoin: "round" });
  context.setLineDash(dash);
};

// Stretches [start, end) of the points that have a place; NaN, and zero on a log axis, leave
// a gap.
const stretches = (xs, ys, { x, y }) => {
  const found = [];
  let start = -1;
  for (let i = 0; i <= xs.length; i++) {
    const placed = i < xs.length && Number.isFinite(x.at(xs[i])) && Number.isFinite(y.at(ys[i]));
    if (placed && start < 0) start = i;
    if (placed || start < 0) continue;
    found.push([start, i]);
    start = -1;
  }
  return found;
};

const trace = (context, xs, ys, { x, y }, [start, end], joined = false) => {
  for (let i = start; i < end; i++) {
    if (i === start && !joined) context.moveTo(x.at(xs[i]), y.at(ys[i]));
    else context.lineTo(x.at(xs[i]), y.at(ys[i]));
  }
};

const line = (context, { style, data, ghost }, plot, colours) => {
  const colour = colours.tone(style.tone);
  if (ghost === undefined) pen(context, colour, style.width ?? 2.4, style.dash ? DASHED : []);
  else pen(context, colour, 1.8, GHOSTS[ghost]);
  context.beginPath();
  for (const part of stretches(data.x, data.y, plot)) trace(context, data.x, data.y, plot, part);
  context.stroke();
};

// Where areas and bars stand: zero, or the edge nearest to it.
const groundOf = ({ y, bottom }) => (y.log ? bottom : y.at(0));

const area = (context, layer, plot, colours) => {
  const { data, style, ghost } = layer;
  if (ghost === undefined) {
    const ground = groundOf(plot);
    context.fillStyle = colours.tone(style.tone);
    context.globalAlpha = 0.2;
    context.beginPath();
    for (const [start, end] of stretches(data.x, data.y, plot)) {
      context.moveTo(plot.x.at(data.x[start]), ground);
      trace(context, data.x, data.y, plot, [start, end], true);
      context.lineTo(plot.x.at(data.x[end - 1]), ground);
    }
    context.fill();
    context.globalAlpha = 1;
  }
  line(context, layer, plot, colours);
};

const band = (context, { style, data }, plot, colours) => {
  const { x, y } = plot;
  context.fillStyle = colours.tone(style.tone);
  context.globalAlpha = 0.22;
  context.beginPath();
  const both = data.low.map((low, i) => low + data.high[i]);
  for (const [start, end] of stretches(data.x, both, { x, y: { at: Number } })) {
    trace(context, data.x, data.high, plot, [start, end]);
    for (let i = end - 1; i >= start; i--) context.lineTo(x.at(data.x[i]), y.at(data.low[i]));
  }
  context.fill();
  context.globalAlpha = 1;
};

// Bars of several layers stand side by side: `slot` of `slots`.
const barPlaces = ({ data, slot, slots }, { x }) => {
  const at = Array.from(data.x, (value) => x.at(value));
  const gaps = at.slice(1).map((place, i) => Math.abs(place - at[i]));
  const width = (0.75 * Math.min(Math.abs(x.end - x.start), ...gaps)) / slots;
  return { width, from: at.map((place) => place + (slot - slots / 2) * width) };
};

const bars = (context, layer, plot, colours) => {
  const { style, data, ghost } = layer;
  const { width, from } = barPlaces(layer, plot);
  const ground = groundOf(plot);
  context.beginPath();
  from.forEach((left, i) => {
    const top = plot.y.at(data.y[i]);
    if (!Number.isFinite(top)) return;
    context.rect(left, Math.min(top, ground), width, Math.abs(ground - top));
  });
  context.fillStyle = colours.tone(style.tone);
  if (ghost === undefined) return context.fill();
  pen(context, colours.quiet, 1.5, GHOSTS[ghost]);
  return context.stroke();
};

const dotsOf = ({ style: { size, names }, data }, plot) => {
  const dotAt = (x, i) =>
    ({ x: plot.x.at(x), y: plot.y.at(data.y[i]), radius: size / 2, name: names[i] });
  return Array.from(data.x, dotAt).filter(({ x, y }) => Number.isFinite(x + y));
};

const points = (context, layer, plot, colours) => {
  const { style, ghost } = layer;
  context.beginPath();
  for (const { x, y, radius } of dotsOf(layer, plot)) {
    context.moveTo(x + radius, y);
    context.arc(x, y, radius, 0, 2 * Math.PI);
  }
  context.fillStyle = colours.tone(style.tone);
  if (ghost === undefined) return context.fill();
  pen(context, colours.quiet, 1.2, GHOSTS[ghost]);
  return context.stroke();
};

const rule = (context, { style, data }, { x, y, left, top, right, bottom }, colours) => {
  const place = (style.axis === "x" ? x : y).at(data.at[0]);
  if (!Number.isFinite(place)) return;
  pen(context, colours.tone(style.tone), 1.8, style.dash ? DOTTED : []);
  const upright = style.axis === "x";
  strokeLines(context, [upright ? [place, top, place, bottom] : [left, place, right, place]]);
};

const MARKS = { line, area, band, bars, points, rule, heat };
