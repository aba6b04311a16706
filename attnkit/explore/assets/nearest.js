// What a panel shows near a place: of every mark the nearest datum.

const REACH = { line: 16, area: 16, band: 16, bars: 60, points: 26, cloud: 60 };

// Whether x only rises or only falls, as of a function of x; a cloud and a closed curve do neither.
const runsAlong = ({ data: { x } }) => {
  let sign = 0;
  for (let i = 1; i < x.length; i++) {
    const step = Math.sign(x[i] - x[i - 1]);
    if (!step && x[i] === x[i]) return false;
    if (step && sign && step !== sign) return false;
    sign = step || sign;
  }
  return true;
};

const topOf = ({ kind, data }, i) => (kind === "band" ? data.high[i] : data.y[i]);

// Where a datum stands, or null where it has no place.
const datumOf = (layer, i, { x, y }) => {
  const datum = { layer, i, x: layer.data.x[i], y: topOf(layer, i) };
  datum.left = x.at(datum.x);
  datum.top = y.at(datum.y);
  if (layer.kind === "band") datum.y0 = layer.data.low[i];
  if (layer.kind === "bars") datum.left += (layer.slot + 0.5 - layer.slots / 2) * barPlaces(layer, { x }).width;
  return Number.isFinite(datum.left + datum.top) ? datum : null;
};

const cellOf = (layer, i, frame) => {
  const { data, shape } = layer;
  const [row, column] = [Math.floor(i / shape[1]), i % shape[1]];
  const x = data.x ? data.x[column] : column;
  const y = data.y ? data.y[row] : row;
  return { layer, i, x, y, z: data.z[i], left: frame.x.at(x), top: frame.y.at(y) };
};

const nearestCell = (layer, frame, { left, top }) => {
  const { columns, rows } = cellsOf(layer, frame);
  const column = cellAt(columns, frame.x.unit(frame.x.value(left)));
  const row = cellAt(rows, frame.y.unit(frame.y.value(top)));
  return column < 0 || row < 0 ? null : cellOf(layer, row * layer.shape[1] + column, frame);
};

const ruleAt = (layer, { x, y, left, right, top }) => {
  const [value] = layer.data.at;
  if (!Number.isFinite(value) || !layer.name) return null;
  if (layer.style.axis === "x") return { layer, i: 0, x: value, left: x.at(value), top };
  return { layer, i: 0, y: value, left: (left + right) / 2, top: y.at(value), everywhere: true };
};

const nearestOf = (layer, frame, place) => {
  if (layer.kind === "rule") {
    const found = ruleAt(layer, frame);
    return found && (found.everywhere || Math.abs(found.left - place.left) < 12) ? found : null;
  }
  if (layer.kind === "heat") return place.left === undefined || place.top === undefined ? null : nearestCell(layer, frame, place);
  const along = runsAlong(layer);
  if (place.left === undefined || (!along && place.top === undefined)) return null;
  let [best, least] = [null, along ? REACH[layer.kind] : REACH.cloud];
  for (let i = 0; i < layer.data.x.length; i++) {
    const datum = datumOf(layer, i, frame);
    if (!datum) continue;
    const away = along ? Math.abs(datum.left - place.left) : Math.hypot(datum.left - place.left, datum.top - place.top);
    if (away < least) [best, least] = [datum, away];
  }
  return best;
};

// Place is {left, top} in pixels; of a linked panel only one of them may be known.
const readingsAt = (panel, place) =>
  panel.layers.map((layer) => nearestOf(layer, panel.frame, place)).filter(Boolean);

// Axes that mean the same: where one is pointed at, the others follow.
const meaningOf = ({ label, ticks }) => (label.trim() ? `${label} ${JSON.stringify(ticks)}` : null);

const linkedPlace = (from, place, panel) => {
  if (from === panel) return place;
  const known = new Map();
  if (place.left !== undefined) known.set(meaningOf(from.spec.x), from.x.value(place.left));
  if (place.top !== undefined && from.readsHeight) known.set(meaningOf(from.spec.y), from.y.value(place.top));
  known.delete(null);
  const along = known.get(meaningOf(panel.spec.x));
  const up = known.get(meaningOf(panel.spec.y));
  if (along === undefined && (up === undefined || !panel.readsHeight)) return null;
  const found = {};
  if (along !== undefined) found.left = panel.x.at(along);
  if (up !== undefined && panel.readsHeight) found.top = panel.y.at(up);
  return found;
};

// A number as its axis writes it.
const worded = (scale, value, digits) =>
  scale.given.find(([place]) => place === value)?.[1] ?? readable(value, digits);

// A datum as one line of text: name and value.
const valueOf = ({ layer, x, y, y0, z }, panel) => {
  if (layer.kind === "heat") return readable(z);
  if (layer.kind === "band") return `${readable(y0)} … ${readable(y)}`;
  return y === undefined ? worded(panel.x, x) : worded(panel.y, y);
};
