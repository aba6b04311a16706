// One panel: its layers, the ranges it shows, and painting it.

const make = (tag, attributes = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
};

const prepared = (layer) => {
  const binds = Object.entries(layer.binds);
  return {
    ...layer,
    needs: new Set(binds.flatMap(([, reference]) => namesIn(reference))),
    feeds: binds.map(([name, reference]) => [name, feedOf(reference)]),
    data: {},
  };
};

const outlined = (layers) => {
  const barred = layers.filter(({ kind }) => kind === "bars");
  barred.forEach((layer, slot) => Object.assign(layer, { slot, slots: barred.length }));
  return layers;
};

// Height over width of a square panel, so that the page gives it no more room than it fills.
const steepness = ({ x, y }) => (x.range && y.range ? Math.abs((y.range[1] - y.range[0]) / (x.range[1] - x.range[0])) : 1);

class Panel {
  constructor(spec, words) {
    this.spec = spec;
    this.layers = outlined(spec.layers.map(prepared));
    this.x = new Scale(spec.x);
    this.y = new Scale(spec.y);
    this.ghosts = [];
    this.zoomed = null;
    this.stale = true;
    this.canvas = make("canvas", { role: "img", "aria-label": this.told() });
    this.plot = make("div", { class: "attnkit-plot", tabindex: "0", role: "group", title: words.plot_hint });
    this.plot.setAttribute("aria-label", `${spec.title || spec.y.label}: ${words.plot_keys}`);
    this.over = make("div", { class: "attnkit-over", "aria-hidden": "true" });
    this.plot.append(this.canvas, this.over);
    this.keys = make("div", { class: "attnkit-heading" });
    this.heldKeys = make("span", { class: "attnkit-held" });
    this.keys.append(...(spec.title ? [make("b", {}, spec.title)] : []), ...this.layers.map(keyOf).filter(Boolean), this.heldKeys);
    const marks = `${spec.square ? " attnkit-square" : ""}${spec.main ? " attnkit-main" : ""}`;
    this.cell = make("div", { class: `attnkit-cell${marks}` }, this.keys, this.plot);
    if (spec.square) this.plot.style.setProperty("--steep", steepness(spec));
    this.readsHeight = this.layers.some(({ kind }) => kind === "heat");
  }

  told() {
    const names = this.layers.map(({ name }) => name).filter(Boolean).join(", ");
    return `${this.spec.y.label} / ${this.spec.x.label}: ${names}`;
  }

  // Take the changed arrays; whether any of them is shown here.
  take(values, changed) {
    let moved = this.setRanges(values, changed);
    for (const layer of this.layers) {
      if (![...layer.needs].some((name) => name in changed) && layer.filled) continue;
      for (const [name, feed] of layer.feeds) layer.data[name] = feed(values);
      if (layer.kind === "heat") layer.shape = values[layer.binds.z].shape;
      layer.filled = moved = true;
    }
    this.stale ||= moved;
    return moved;
  }

  // The fixed range of each axis, whose ends may be computed; whether one of those changed.
  setRanges(values, changed) {
    const axes = [this.spec.x, this.spec.y].filter(({ range }) => range);
    const known = (end) => (typeof end === "string" ? values[end].data[0] : end);
    for (const axis of axes) axis.shown = axis.range.map(known);
    return axes.some(({ range }) => range.some((end) => end in changed));
  }

  // Freeze what is shown as one more ghost, or let them all go.
  hold(nth) {
    const kept = this.layers.filter(({ held }) => held);
    this.ghosts = this.ghosts.filter(({ ghost }) => ghost !== nth);
    for (const layer of kept) {
      const data = Object.fromEntries(Object.entries(layer.data).map(([name, array]) => [name, array.slice()]));
      this.ghosts.push({ ...layer, data, ghost: nth });
    }
    this.stale = true;
  }

  letGo(nth) {
    this.ghosts = this.ghosts.filter(({ ghost }) => nth !== undefined && ghost !== nth);
    this.stale = true;
  }

  setScales() {
    for (const axis of ["x", "y"]) {
      this[axis].show(...(this.zoomed?.[axis] ?? this.spec[axis].shown ?? this.extent(axis)));
    }
  }

  // The reach of the data, with a little room; areas and bars stand on the ground.
  extent(axis) {
    const scale = this[axis];
    let [low, high] = [Infinity, -Infinity];
    let tight = false;
    for (const layer of [...this.layers, ...this.ghosts]) {
      for (const value of extentOf(layer, axis, scale)) {
        if (value < low && Number.isFinite(scale.unit(value))) low = value;
        if (value > high && Number.isFinite(scale.unit(value))) high = value;
      }
      tight ||= layer.kind === "heat";
    }
    if (low > high) return scale.log ? [1, 10] : [0, 1];
    if (tight) return [low, high];
    const room = 0.06 * (scale.unit(high) - scale.unit(low));
    const wide = (value, by) => (scale.log ? 10 ** (scale.unit(value) + by) : value + by);
    return [low === 0 && axis === "y" ? 0 : wide(low, -room), high === 0 && axis === "y" ? 0 : wide(high, room)];
  }

  paint(colours) {
    const { clientWidth: width, clientHeight: height } = this.plot;
    if (!width || !this.stale) return false;
    const ratio = Math.min(devicePixelRatio || 1, 3);
    const [wide, tall] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (this.canvas.width !== wide || this.canvas.height !== tall) Object.assign(this.canvas, { width: wide, height: tall });
    const context = (this.context ??= this.canvas.getContext("2d"));
    context.setTransform(wide / width, 0, 0, tall / height, 0, 0);
    context.clearRect(0, 0, width, height);
    this.frame = this.draw(context, width, height, ratio, colours);
    this.stale = false;
    return true;
  }

  // Draw on a canvas or as SVG; gives where the plot lies.
  draw(context, width, height, ratio, colours) {
    this.setScales();
    const frame = { ...frameOf(this, width, height, colours), ratio };
    const { left, top, right, bottom } = frame;
    drawGrid(context, frame, colours);
    context.save();
    context.beginPath();
    context.rect(left, top, right - left, bottom - top);
    context.clip();
    for (const layer of this.layers) if (layer.kind === "heat") heat(context, layer, frame, colours);
    for (const layer of [...this.layers, ...this.ghosts]) {
      if (layer.kind !== "heat") MARKS[layer.kind](context, layer, frame, colours);
    }
    context.restore();
    context.setLineDash([]);
    drawNames(context, frame, this.spec, width, colours);
    for (const layer of this.layers) if (layer.kind === "heat") colourBar(context, layer, frame, colours);
    return frame;
  }
}

const extentOf = (layer, axis, scale) => {
  const { kind, data } = layer;
  if (kind === "heat") return cellsOf(layer, { x: scale, y: scale })[axis === "x" ? "columns" : "rows"].map((unit) => (scale.log ? 10 ** unit : unit));
  if (kind === "rule") return layer.style.axis === axis ? data.at : [];
  if (axis === "x") return kind === "bars" ? barReach(data.x) : data.x;
  if (kind === "band") return [...data.low, ...data.high];
  return (kind === "area" || kind === "bars") && !scale.log ? [0, ...data.y] : data.y;
};

const barReach = (xs) => {
  const half = xs.length > 1 ? Math.abs(xs[1] - xs[0]) / 2 : 0.5;
  return [...xs].flatMap((x) => [x - half, x + half]);
};

// A sample of a mark with its name, for the key above the plot.
const keyOf = ({ kind, name, style }) => {
  if (!name || kind === "heat") return null;
  const sample = make("i", { class: `attnkit-sample attnkit-sample-${kind}` });
  sample.style.setProperty("--tone", `var(--attnkit-${style.tone})`);
  if (style.dash) sample.classList.add("attnkit-dashed");
  return make("span", { class: "attnkit-key" }, sample, name);
};
