// What a panel shows near a place: of every mark the nearest datum.

const REACH = { line: 16, area: 16, band: 16, bars: 60, points: 26 }; // px along x
const CLOUD = 60; // px, where neither axis leads

// Whether x only rises or only falls, as of a function of x; a cloud and a closed curve do neither.
const runsAlong = ({ data: { x } }) => {
  let sign = 0;
  for (let i = 1; i < x.length; i++) {
    const step = Math.sign(x[i] - x[i - 1]);
    if (step === 0 || step * sign < 0) return false;
    sign = step || sign;
  }
  return true;
};

// Where a datum stands, or null where it has no place.
const datumOf = (layer, i, { x, y }) => {
  const { kind, data, slot, slots } = layer;
  const datum = { layer, i, x: data.x[i], y: kind === "band" ? data.high[i] : data.y[i] };
  datum.left = x.at(datum.x);
  datum.top = y.at(datum.y);
  if (kind === "band") datum.low = data.low[i];
  if (kind === "bars") datum.left += (slot + 0.5 - slots / 2) * barPlaces(layer, { x }).width;
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
  if (left === undefined || top === undefined) return null;
  const { columns, rows } = cellsOf(layer, frame);
  const column = cellAt(columns, frame.x.unit(frame.x.value(left)));
  const row = cellAt(rows, frame.y.unit(frame.y.value(top)));
  return column < 0 || row < 0 ? null : cellOf(layer, row * layer.shape[1] + column, frame);
};

// A named rule; one across the panel is read everywhere.
const ruleAt = (layer, { x, y, left, right, top }) => {
  const [value] = layer.data.at;
  if (!Number.isFinite(value) || !layer.name) return null;
  if (layer.style.axis === "x") return { layer, i: 0, x: value, left: x.at(value), top };
  return { layer, i: 0, y: value, left: (left + right) / 2, top: y.at(value) };
};

const nearestRule = (layer, frame, { left }) => {
  const rule = ruleAt(layer, frame);
  return rule && (layer.style.axis === "y" || Math.abs(rule.left - left) < 12) ? rule : null;
};

const nearestDatum = (layer, frame, place) => {
  const along = runsAlong(layer);
  if (place.left === undefined || (!along && place.top === undefined)) return null;
  let [best, least] = [null, along ? REACH[layer.kind] : CLOUD];
  for (let i = 0; i < layer.data.x.length; i++) {
    const datum = datumOf(layer, i, frame);
    if (!datum) continue;
    const across = datum.left - place.left;
    const away = along ? Math.abs(across) : Math.hypot(across, datum.top - place.top);
    if (away < least) [best, least] = [datum, away];
  }
  return best;
};

const nearestOf = (layer, frame, place) => {
  if (layer.kind === "rule") return nearestRule(layer, frame, place);
  if (layer.kind === "heat") return nearestCell(layer, frame, place);
  return nearestDatum(layer, frame, place);
};

// Place is {left, top} in pixels; of a linked panel only one of them may be known.
const readingsAt = ({ layers, frame }, place) =>
  layers.map((layer) => nearestOf(layer, frame, place)).filter(Boolean);

// Axes that mean the same: where one is pointed at, the others follow.
const meaningOf = ({ label, ticks }) => (label.trim() ? `${label} ${JSON.stringify(ticks)}` : null);

// The values pointed at, by the meaning of their axes; of height only where it is read.
const pointedAt = ({ spec, x, y, readsHeight }, { left, top }) => {
  const known = new Map();
  if (left !== undefined) known.set(meaningOf(spec.x), x.value(left));
  if (top !== undefined && readsHeight) known.set(meaningOf(spec.y), y.value(top));
  known.delete(null);
  return known;
};

const linkedPlace = (from, place, panel) => {
  if (from === panel) return place;
  const known = pointedAt(from, place);
  const [across, up] = [known.get(meaningOf(panel.spec.x)), known.get(meaningOf(panel.spec.y))];
  const found = {};
  if (across !== undefined) found.left = panel.x.at(across);
  if (up !== undefined && panel.readsHeight) found.top = panel.y.at(up);
  return Object.keys(found).length ? found : null;
};

// A number as its axis writes it.
const worded = (scale, value, digits) =>
  scale.given.find(([place]) => place === value)?.[1] ?? readable(value, digits);

const valueOf = ({ layer, x, y, low, z }, panel) => {
  if (layer.kind === "heat") return readable(z);
  if (layer.kind === "band") return `${readable(low)} … ${readable(y)}`;
  return y === undefined ? worded(panel.x, x) : worded(panel.y, y);
};
