// The range of an axis that follows its data.

const ROOM = 0.06; // of the reach, beyond its ends

const barReach = (xs) => {
  const half = xs.length > 1 ? Math.abs(xs[1] - xs[0]) / 2 : 0.5;
  return Array.from(xs).flatMap((x) => [x - half, x + half]);
};

const cellReach = (layer, axis, scale) => {
  const edges = cellsOf(layer, { x: scale, y: scale })[axis === "x" ? "columns" : "rows"];
  return edges.map((unit) => (scale.log ? 10 ** unit : unit));
};

// The numbers of a layer that an axis must reach; areas and bars stand on zero.
const numbersOf = (layer, axis, scale) => {
  const { kind, data, style } = layer;
  if (kind === "heat") return cellReach(layer, axis, scale);
  if (kind === "rule") return style.axis === axis ? data.at : [];
  if (axis === "x") return kind === "bars" ? barReach(data.x) : data.x;
  if (kind === "band") return [...data.low, ...data.high];
  return (kind === "area" || kind === "bars") && !scale.log ? [0, ...data.y] : data.y;
};

const extent = (layers, axis, scale) => {
  let [low, high] = [Infinity, -Infinity];
  for (const layer of layers) {
    for (const value of numbersOf(layer, axis, scale)) {
      if (!Number.isFinite(scale.unit(value))) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  if (low > high) return scale.log ? [1, 10] : [0, 1];
  if (layers.some(({ kind }) => kind === "heat")) return [low, high];
  return roomy(low, high, axis, scale);
};

// A little room at both ends, but none below a curve that stands on zero.
const roomy = (low, high, axis, scale) => {
  const room = ROOM * (scale.unit(high) - scale.unit(low));
  const moved = (value, by) => (scale.log ? 10 ** (scale.unit(value) + by) : value + by);
  const ground = (value) => axis === "y" && value === 0;
  return [ground(low) ? 0 : moved(low, -room), ground(high) ? 0 : moved(high, room)];
};
