// What a pointer does on a panel: it reads; a drag zooms, a double click returns. Touch reads too,
// and leaves scrolling to the page.

const DRAG = 6; // px before a press is a drag
const THIN = 12; // px below which a drag leaves that axis alone

// Where a pointer is, in the units that the panel is drawn in.
const within = ({ clientX, clientY }, { plot, frame: { unit } }) => {
  const { left, top } = plot.getBoundingClientRect();
  return { left: (clientX - left) / unit, top: (clientY - top) / unit };
};

const between = (value, low, high) => value >= low - 8 && value <= high + 8;
const inside = (frame, { left, top }) =>
  between(left, frame.left, frame.right) && between(top, frame.top, frame.bottom);

const sorted = (a, b, low, high) => {
  const cut = (value) => Math.max(low, Math.min(high, value));
  return [cut(Math.min(a, b)), cut(Math.max(a, b))];
};

class Zoom {
  constructor(panel, figure) {
    Object.assign(this, { panel, figure, from: null });
    this.box = make("i", { class: "attnkit-zoom" });
  }

  begin(place) { this.from = place; }

  // Show the frame that the drag has opened so far; whether it is one.
  drag(to) {
    const { from, panel: { frame, over } } = this;
    if (!from || Math.hypot(to.left - from.left, to.top - from.top) < DRAG) return false;
    const { x = [frame.left, frame.right], y = [frame.top, frame.bottom] } = this.sides(to);
    const size = { width: `${x[1] - x[0]}px`, height: `${y[1] - y[0]}px` };
    Object.assign(this.box.style, { transform: `translate(${x[0]}px, ${y[0]}px)`, ...size });
    over.replaceChildren(this.box);
    return true;
  }

  // The sides of the frame in pixels; an axis that the drag leaves alone has none.
  sides({ left, top }) {
    const { from, panel: { frame, spec } } = this;
    const x = sorted(from.left, left, frame.left, frame.right);
    const y = sorted(from.top, top, frame.top, frame.bottom);
    const wide = spec.square || x[1] - x[0] >= THIN;
    const tall = spec.square || y[1] - y[0] >= THIN;
    return { ...(wide && { x }), ...(tall && { y }) };
  }

  end(to) {
    const { panel } = this;
    const sides = this.drag(to) ? this.sides(to) : {};
    this.from = null;
    for (const [axis, [a, b]] of Object.entries(sides)) {
      const scale = panel[axis];
      const ends = scale.start < scale.end ? [a, b] : [b, a];
      panel.zoomed = { ...panel.zoomed, [axis]: ends.map((pixel) => scale.value(pixel)) };
    }
    if (Object.keys(sides).length) this.figure.repaint(panel);
  }

  back() {
    this.from = this.panel.zoomed = null;
    this.figure.leave();
    this.figure.repaint(this.panel);
  }
}

const onPointer = (panel, figure) => {
  const { plot } = panel;
  const zoom = new Zoom(panel, figure);
  const on = (kind, act) => plot.addEventListener(kind, (event) => {
    if (panel.frame) act(event, within(event, panel));
  });
  on("pointerdown", (event, place) => {
    if (event.button || !inside(panel.frame, place)) return;
    if (event.pointerType === "touch") return figure.point(panel, place);
    zoom.begin(place);
    return plot.setPointerCapture(event.pointerId);
  });
  on("pointermove", (event, place) => {
    if (zoom.drag(place)) return;
    if (inside(panel.frame, place)) figure.point(panel, place);
    else figure.leave();
  });
  on("pointerup", (event, place) => zoom.end(place));
  on("pointercancel", () => { zoom.from = null; figure.leave(); });
  on("pointerleave", (event) => { if (event.pointerType !== "touch") figure.leave(); });
  on("dblclick", () => zoom.back());
  on("keydown", (event) => { if (event.key === "Escape") zoom.back(); });
};
