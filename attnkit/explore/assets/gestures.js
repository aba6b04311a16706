// What a hand does on a panel: point, drag to zoom, double-click back, read by arrow keys.

const within = (event, node) => {
  const box = node.getBoundingClientRect();
  return { left: event.clientX - box.left, top: event.clientY - box.top };
};

const inside = ({ left, top, right, bottom }, place) =>
  place.left >= left - 8 && place.left <= right + 8 && place.top >= top - 8 && place.top <= bottom + 8;

// A drag opens a frame; a thin one zooms one axis only. Touch scrolls and reads instead.
class Zoom {
  constructor(panel, figure) {
    Object.assign(this, { panel, figure, from: null });
    this.box = make("i", { class: "attnkit-zoom" });
  }

  begin(place) { this.from = place; }
  drag(to) {
    const { from, panel: { frame, over } } = this;
    if (!from || Math.hypot(to.left - from.left, to.top - from.top) < 6) return false;
    const [x, y] = this.sides(to);
    const [x0, x1] = x ?? [frame.left, frame.right];
    const [y0, y1] = y ?? [frame.top, frame.bottom];
    Object.assign(this.box.style, { transform: `translate(${x0}px, ${y0}px)`, width: `${x1 - x0}px`, height: `${y1 - y0}px` });
    over.replaceChildren(this.box);
    return true;
  }

  // Both sides of the frame in pixels, null for an axis that is left alone.
  sides(to) {
    const { from, panel: { frame, spec } } = this;
    const cut = (value, low, high) => Math.max(low, Math.min(high, value));
    const span = (a, b) => (a < b ? [a, b] : [b, a]);
    const x = span(...[from.left, to.left].map((p) => cut(p, frame.left, frame.right)));
    const y = span(...[from.top, to.top].map((p) => cut(p, frame.top, frame.bottom)));
    if (spec.square) return [x, y];
    return [x[1] - x[0] < 12 ? null : x, y[1] - y[0] < 12 ? null : y];
  }

  end(to) {
    const { from, panel } = this;
    const dragged = from && this.drag(to);
    const [x, y] = dragged ? this.sides(to) : [];
    this.from = null;
    if (!dragged || (!x && !y)) return;
    const shown = (scale, [a, b]) => (scale.start < scale.end ? [a, b] : [b, a]).map((p) => scale.value(p));
    panel.zoomed = { ...panel.zoomed, ...(x && { x: shown(panel.x, x) }), ...(y && { y: shown(panel.y, y) }) };
    hideReadings(panel);
    this.figure.repaint(panel);
  }

  cancel() {
    if (this.from) hideReadings(this.panel);
    this.from = null;
  }

  back() {
    this.panel.zoomed = null;
    this.figure.repaint(this.panel);
  }
}

const onPointer = (panel, figure) => {
  const { plot } = panel;
  const zoom = new Zoom(panel, figure);
  plot.addEventListener("pointerdown", (event) => {
    const place = within(event, plot);
    if (!panel.frame || event.button || !inside(panel.frame, place)) return;
    if (event.pointerType === "touch") return figure.point(panel, place);
    zoom.begin(place);
    plot.setPointerCapture(event.pointerId);
  });
  plot.addEventListener("pointermove", (event) => {
    if (!panel.frame) return;
    const place = within(event, plot);
    if (zoom.drag(place)) return;
    if (inside(panel.frame, place)) figure.point(panel, place);
    else figure.leave();
  });
  plot.addEventListener("pointerup", (event) => zoom.end(within(event, plot)));
  plot.addEventListener("pointercancel", () => { zoom.cancel(); figure.leave(); });
  plot.addEventListener("pointerleave", (event) => { if (event.pointerType !== "touch") figure.leave(); });
  plot.addEventListener("dblclick", () => zoom.back());
  plot.addEventListener("keydown", (event) => { if (event.key === "Escape") zoom.cancel(), zoom.back(), figure.leave(); });
};

// Left and right go through the data, up and down from curve to curve, or through a matrix.
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1], PageDown: [10, 0], PageUp: [-10, 0], Home: [-Infinity, 0], End: [Infinity, 0] };

class Reader {
  constructor(panel, figure) { Object.assign(this, { panel, figure, nth: 0, i: -1 }); }

  onKey(event) {
    const move = MOVES[event.key];
    if (!move || event.ctrlKey || event.metaKey || event.altKey || !this.panel.frame) return;
    event.preventDefault();
    event.stopPropagation();
    const layers = readableLayers(this.panel);
    if (!layers.length) return;
    this.nth = Math.min(this.nth, layers.length - 1);
    if (this.i < 0) this.i = stepped(this.panel, layers[this.nth], -1, 1);
    else if (layers[this.nth].kind === "heat") this.cross(layers, ...move);
    else this.along(layers, ...move);
    this.tell(layers[this.nth]);
  }

  along(layers, step, turn) {
    if (turn) return this.turn(layers, turn);
    for (let n = Math.min(Math.abs(step), lengthOf(layers[this.nth])); n > 0; n--) {
      this.i = stepped(this.panel, layers[this.nth], this.i, Math.sign(step));
    }
  }

  // To the next curve, at the datum nearest to where the last one was read.
  turn(layers, step) {
    const last = readingOf(this.panel, layers[this.nth], this.i);
    this.nth = (this.nth + step + layers.length) % layers.length;
    const layer = layers[this.nth];
    const near = last && layer.kind !== "rule" && nearestOf(layer, this.panel.frame, last);
    this.i = near ? near.i : stepped(this.panel, layer, -1, 1);
  }

  // In a matrix the arrows go to its neighbours; past its edge, up and down, to the next mark.
  cross(layers, step, turn) {
    const { shape } = layers[this.nth];
    const [row, column] = [Math.floor(this.i / shape[1]), this.i % shape[1]];
    const down = this.panel.y.low > this.panel.y.high ? turn : -turn;
    const next = row + down;
    if (next < 0 || next >= shape[0]) return this.turn(layers, turn);
    this.i = next * shape[1] + Math.max(0, Math.min(shape[1] - 1, column + step));
  }

  tell(layer) {
    const reading = readingOf(this.panel, layer, this.i);
    if (!reading) return;
    this.figure.point(this.panel, { left: reading.left, top: reading.top }, reading);
    this.figure.say(spoken(reading, this.panel, this.figure.words));
  }
}
