// Names beside the dots they belong to, each where it covers no other; one without room is left
// out, and told where its dot is pointed at.

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

// Where a name may stand, the best place first: right, left, above, below.
const placesFor = ({ x, y, radius }, width) => {
  const [away, half] = [radius + APART, NAMED / 2];
  return [
    boxFrom(x + away, y - half, width, NAMED),
    boxFrom(x - away - width, y - half, width, NAMED),
    boxFrom(x - width / 2, y - away - NAMED, width, NAMED),
    boxFrom(x - width / 2, y + away, width, NAMED),
  ];
};

const nameDots = (context, layers, plot, colours) => {
  const font = fontOf(colours, NAMED);
  const named = layers.filter(({ style }) => style.names?.length);
  const dots = named.flatMap((layer) => dotsOf(layer, plot)).filter(({ name }) => name);
  const written = [];
  writing(context, colours.quiet, font, "left", "middle");
  for (const dot of dots) {
    // Nearer to its own place than to any other dot, or it would name that one.
    const here = ({ x, y }) => Math.hypot(x - dot.x, y - dot.y) <= dot.radius;
    const around = (other) => boxOfDot(other, here(other) ? 0 : APART);
    const taken = [...written, ...dots.map(around)];
    const free = (box) => fits(box, plot) && !taken.some((other) => overlaps(box, other));
    const box = placesFor(dot, widthOf(dot.name, font)).find(free);
    if (!box) continue;
    written.push(box);
    context.fillText(dot.name, box.left, (box.top + box.bottom) / 2);
  }
};
