// One figure: controls, panels, read-outs and tools, and the path from a move to a painted frame.
//
// `source.ask(params, answer)` is asked for a setting and answers, at once or later, with the
// arrays that changed, or with null and what is wrong. `host` may have `params` to begin with and
// `onParams`, told of each move by the reader.

class Figure {
  constructor(root, spec, source, host = {}) {
    Object.assign(this, { root, spec, source, host, words: spec.words, values: {}, painted: 0 });
    this.id = root.id || `${spec.name}-${Figure.serial++}`;
    root.classList.add("attnkit-explorable", "attnkit-alive");
    this.build();
    Object.defineProperty(root, "attnkit", { configurable: true, get: () => this.shown() });
    this.listen();
    this.recolour();
    this.write(host.params ?? {});
    this.update();
  }

  build() {
    const { controls, free } = this.spec;
    const known = this.source.free ? [...controls, ...free].map(freed) : controls;
    this.sweep = new Sweep(this.root);
    this.ghosts = new Ghosts(this);
    this.controls = new Map(known.map((control) => [control.name, new Control(control, this)]));
    this.panels = this.spec.panels.map((panel) => new Panel(panel, this.words));
    this.root.append(buildFigure(this));
    this.fit();
  }

  listen() {
    this.root.addEventListener("keydown", (event) => this.onKey(event));
    this.sizes = new ResizeObserver(() => this.resized());
    for (const panel of this.panels) {
      const reader = new Reader(panel, this);
      onPointer(panel, this);
      panel.plot.addEventListener("keydown", (event) => reader.onKey(event));
      panel.plot.addEventListener("blur", () => this.leave());
      this.sizes.observe(panel.plot);
    }
    this.sizes.observe(this.body);
    this.forgetTheme = onTheme(() => this.recolour());
  }

  onKey({ target, key, ctrlKey, metaKey, altKey }) {
    if (ctrlKey || metaKey || altKey || target.matches("select, code, input[type=text]")) return;
    if (key === "r") this.reset();
    if (key === "h") this.ghosts.hold();
  }

  destroy() {
    this.sweep.stop();
    this.sizes.disconnect();
    this.forgetTheme();
    cancelAnimationFrame(this.frame);
    this.body.remove();
  }

  // What is drawn now, as plain numbers and lists.
  shown() {
    const arrays = Object.entries(this.values);
    const values = arrays.map(([name, { data, shape }]) => [name, nested(data, shape)]);
    const frames = this.panels.map(({ frame }) => frame && sidesOf(frame));
    return { params: this.params(), values: Object.fromEntries(values), frames };
  }

  // ---- setting ---------------------------------------------------------------------------------

  params() {
    return Object.fromEntries([...this.controls].map(([name, control]) => [name, control.read()]));
  }

  // Take some of the setting from outside: the address, a link, the kernel.
  setParams(params) {
    this.write(params);
    this.request();
  }

  write(params) {
    for (const [name, value] of Object.entries(params)) this.controls.get(name)?.write(value);
  }

  // The reader moved a control.
  moved() {
    this.request();
    this.host.onParams?.(this.params());
  }

  reset() {
    this.sweep.stop();
    for (const control of this.controls.values()) control.write(control.spec.default);
    this.moved();
  }

  // One question for each frame, however fast the slider moves; a source that is far asks at once,
  // and keeps the last of what it can't ask yet.
  request() {
    if (this.source.far) this.update();
    else this.frame ||= requestAnimationFrame(() => { this.frame = 0; this.update(); });
  }

  update() {
    this.source.ask(this.params(), (changed, problem) => this.answered(changed, problem));
  }

  answered(changed, problem = "") {
    tell(this.problem, problem);
    this.problem.hidden = !problem;
    this.code.hidden = this.codeHelp.hidden = true;
    this.say("");
    if (!changed) return;
    Object.assign(this.values, changed);
    for (const panel of this.panels) panel.take(this.values, changed);
    this.tellReadouts();
    this.ghosts.tell();
    this.paint(); // after all words: a text on a canvas asks for the page's styles
    this.root.dataset.drawn = ++this.painted;
  }

  // ---- painting --------------------------------------------------------------------------------

  // What the style sheet makes of the room there is.
  fit() {
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    const width = this.body.clientWidth / rem;
    this.body.dataset.width = width < 34 ? "narrow" : width < 58 ? "middle" : "wide";
  }

  resized() {
    this.fit();
    this.recolour();
    this.repaint(...this.panels.filter((panel) => panel.measure()));
  }

  recolour() {
    const colours = coloursOf(this.root);
    const look = JSON.stringify(colours);
    if (look === this.look) return;
    Object.assign(this, { colours, look });
    this.repaint(...this.panels);
  }

  repaint(...panels) {
    for (const panel of panels) panel.stale = true;
    this.paint();
  }

  // Paint the panels that need it; what the reader is reading there follows.
  paint() {
    for (const panel of this.panels) panel.paint(this.colours);
    if (this.pointed) this.point(...this.pointed);
  }

  tellReadouts() {
    for (const { value, digits, unit, undefined: why, log10, node } of this.readouts) {
      const number = this.values[value].data[0];
      const text = log10 ? readable(10 ** number, 3) : minus(number.toFixed(digits));
      tell(node, Number.isNaN(number) ? why : `${text} ${unit}`.trim());
    }
  }

  // ---- reading ---------------------------------------------------------------------------------

  // Show what lies at a place of a panel, there and in the panels that share an axis with it.
  point(panel, place, chosen) {
    this.pointed = [panel, place, chosen];
    for (const other of this.panels) {
      const there = other.frame && linkedPlace(panel, place, other);
      if (there) showReadings(other, there, readingsAt(other, there), chosen);
      else hideReadings(other);
    }
  }

  leave() {
    this.pointed = null;
    this.panels.forEach(hideReadings);
  }

  say(text) { tell(this.said, text); }
}
Figure.serial = 1;

// Where a plot lies in its canvas.
const sidesOf = ({ left, top, right, bottom, unit }) =>
  ({ left: left * unit, top: top * unit, right: right * unit, bottom: bottom * unit });

const tell = (node, text) => { if (node.textContent !== text) node.textContent = text; };
