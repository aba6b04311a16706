// Names beside the dots they belong to, each where it covers no other and, where that can be, no
// curve strikes it out; one without room is left out, and told where its dot is pointed at.

const APART = 4; // px between a dot and its name
const NAMED = 11;

const overlaps = (a, b) =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

const fits = ({ left, right, top, bottom }, plot) =>
  left >= plot.left && right <= plot.right && top >= plot.top && bottom <= plot.bottom;

const boxFrom = (left, top, width, height) =>
  ({ left, top, right: left + width, bottom: top + height });

const boxOfDot = ({ x, y, radius }, around) =>
  boxFrom(x - radius - around, y - radius - around, 2 * (radius + around), 2 * (radius + around));

// Where a name may stand, the best place first: right, left, above, below, and at the corners.
const placesFor = ({ x, y, radius }, width) => {
  const [away, half] = [radius + APART, NAMED / 2];
  const [above, below] = [y - away - NAMED, y + away];
  return [
    boxFrom(x + away, y - half, width, NAMED),
    boxFrom(x - away - width, y - half, width, NAMED),
    ...[x - width / 2, x + APART / 2, x - APART / 2 - width].flatMap((left) =>
      [above, below].map((top) => boxFrom(left, top, width, NAMED))),
  ];
};

// Whether the straight piece from a to b has a point in the box.
const crosses = ([a, b], { left, right, top, bottom }) => {
  const within = (start, end, low, high) => {
    const ends = [(low - start) / (end - start), (high - start) / (end - start)];
    return [Math.min(...ends), Math.max(...ends)];
  };
  const [across, along] = [within(a.x, b.x, left, right), within(a.y, b.y, top, bottom)];
  return Math.max(0, across[0], along[0]) <= Math.min(1, across[1], along[1]);
};

// The straight pieces of all curves and rules of a panel.
const piecesOf = (layers, plot) => layers.flatMap(({ kind, style, data }) => {
  const at = (x, y) => ({ x, y });
  if (kind === "rule" && style.axis === "x") {
    const place = plot.x.at(data.at[0]);
    return [[at(place, plot.top), at(place, plot.bottom)]];
  }
  if (kind === "rule") {
    const place = plot.y.at(data.at[0]);
    return [[at(plot.left, place), at(plot.right, place)]];
  }
  if (kind !== "line") return [];
  const points = Array.from(data.x, (x, i) => at(plot.x.at(x), plot.y.at(data.y[i])));
  return points.slice(1).map((point, i) => [points[i], point]);
});

const nameDots = (context, layers, plot, colours) => {
  const font = fontOf(colours, NAMED);
  const named = layers.filter(({ style }) => style.names?.length);
  const dots = named.flatMap((layer) => dotsOf(layer, plot)).filter(({ name }) => name);
  const written = [];
  const pieces = dots.length ? piecesOf(layers, plot) : [];
  writing(context, colours.quiet, font, "left", "middle");
  for (const dot of dots) {
    // Nearer to its own place than to any other dot, or it would name that one.
    const here = ({ x, y }) => Math.hypot(x - dot.x, y - dot.y) <= dot.radius;
    const around = (other) => boxOfDot(other, here(other) ? 0 : APART);
    const taken = [...written, ...dots.map(around)];
    const free = (box) => fits(box, plot) && !taken.some((other) => overlaps(box, other));
    const unstruck = (box) => !pieces.some((piece) => crosses(piece, box));
    const places = placesFor(dot, widthOf(dot.name, font)).filter(free);
    const box = places.find(unstruck) ?? places[0];
    if (!box) continue;
    written.push(box);
    context.fillText(dot.name, box.left, (box.top + box.bottom) / 2);
  }
};
