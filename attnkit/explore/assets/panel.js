// One panel: its layers, the ranges it shows, and painting it.

const make = (tag, attributes = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
};

// A layer knows which arrays it needs and how each of its attributes is fed.
const prepared = (layer) => {
  const binds = Object.entries(layer.binds);
  const needs = new Set(binds.flatMap(([, reference]) => namesIn(reference)));
  const feeds = binds.map(([name, reference]) => [name, feedOf(reference)]);
  return { ...layer, needs, feeds, data: {}, filled: false };
};

class Panel {
  constructor(spec, words) {
    const layers = spec.layers.map(prepared);
    const bars = layers.filter(({ kind }) => kind === "bars");
    bars.forEach((layer, slot) => Object.assign(layer, { slot, slots: bars.length }));
    Object.assign(this, { spec, layers, ghosts: [], zoomed: null, stale: true });
    this.x = new Scale(spec.x);
    this.y = new Scale(spec.y);
    this.readsHeight = layers.some(({ kind }) => kind === "heat");
    Object.assign(this, buildPanel(this, words));
  }

  // Take the changed arrays; the panel is stale if it shows any of them.
  take(values, changed) {
    if (this.setRanges(values, changed)) this.stale = true;
    if (this.setWords(values, changed)) this.stale = true;
    for (const layer of this.layers) {
      const touched = [...layer.needs].some((name) => name in changed);
      if (layer.filled && !touched) continue;
      for (const [name, feed] of layer.feeds) layer.data[name] = feed(values);
      if (layer.kind === "heat") layer.shape = values[layer.binds.z].shape;
      layer.filled = this.stale = true;
    }
  }

  // The fixed range of each axis, whose ends may be computed; whether one of those changed.
  setRanges(values, changed) {
    const axes = [this.spec.x, this.spec.y].filter(({ range }) => range);
    const known = (end) => (typeof end === "string" ? values[end].data[0] : end);
    for (const axis of axes) axis.shown = axis.range.map(known);
    return axes.some(({ range }) => range.some((end) => end in changed));
  }

  // The words of each axis whose ticks are computed; whether any changed.
  setWords(values, changed) {
    const sides = ["x", "y"].filter((side) => this[side].spelt && this.spec[side].ticks in changed);
    for (const side of sides) this[side].given = wordsOf(values[this.spec[side].ticks]);
    return sides.length > 0;
  }

  // Freeze what is shown as a ghost of this number.
  hold(nth) {
    for (const layer of this.layers.filter(({ held }) => held)) {
      const arrays = Object.entries(layer.data).map(([name, array]) => [name, array.slice()]);
      this.ghosts.push({ ...layer, data: Object.fromEntries(arrays), ghost: nth });
    }
    this.stale = true;
  }

  letGo(nth) {
    this.ghosts = this.ghosts.filter(({ ghost }) => ghost !== nth);
    this.stale = true;
  }

  reachOf(axis) {
    const { layers, ghosts, spec, zoomed } = this;
    return zoomed?.[axis] ?? spec[axis].shown ?? extent([...layers, ...ghosts], axis, this[axis]);
  }

  // Take the plot's size; whether it has changed. To ask for it lays out the page, so that no frame
  // may do it.
  measure() {
    const [width, height] = this.size ?? [];
    const { clientWidth, clientHeight } = this.plot;
    this.size = [clientWidth, clientHeight];
    return clientWidth !== width || clientHeight !== height;
  }

  paint(colours) {
    const { canvas } = this;
    if (!this.size) this.measure();
    if (!this.stale || !this.size[0] || !this.layers.every(({ filled }) => filled)) return;
    const { unit } = colours;
    const [width, height] = this.size.map((side) => side / unit);
    const ratio = unit * Math.min(devicePixelRatio || 1, 3);
    const [wide, tall] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== wide) canvas.width = wide;
    if (canvas.height !== tall) canvas.height = tall;
    this.context ??= canvas.getContext("2d");
    this.context.setTransform(wide / width, 0, 0, tall / height, 0, 0);
    this.context.clearRect(0, 0, width, height);
    this.frame = { ...this.draw(this.context, { width, height, ratio }, colours), unit, width };
    this.over.style.setProperty("--unit", unit);
    this.stale = false;
  }

  // Draw on a canvas or as SVG; gives where the plot lies.
  draw(context, { width, height, ratio }, colours) {
    this.x.show(...this.reachOf("x"));
    this.y.show(...this.reachOf("y"));
    const frame = { ...frameOf(this, width, height, colours), ratio };
    drawGrid(context, frame, colours);
    this.drawMarks(context, frame, colours);
    drawNames(context, frame, this.spec, width, colours);
    for (const layer of this.layers) {
      if (layer.kind === "heat") colourBar(context, layer, frame, colours);
    }
    return frame;
  }

  drawMarks(context, frame, colours) {
    const { left, top, right, bottom } = frame;
    context.save();
    context.beginPath();
    context.rect(left, top, right - left, bottom - top);
    context.clip();
    for (const layer of [...this.layers, ...this.ghosts]) {
      MARKS[layer.kind](context, layer, frame, colours);
    }
    nameDots(context, this.layers, frame, colours);
    context.restore();
    context.setLineDash([]);
  }
}
