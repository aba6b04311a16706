// One figure: controls, panels, read-outs and tools, and the path from a move to a painted frame.

const HELD_AT_MOST = 3;

class Figure {
  constructor(root, spec, source, host = {}) {
    Object.assign(this, { root, spec, source, host, words: spec.words, values: {}, held: [], painted: 0 });
    this.id = root.id || `${spec.name}-${Figure.serial++}`;
    this.sweep = new Sweep(root);
    this.controls = new Map(this.controlSpecs().map((control) => [control.name, new Control(control, this)]));
    this.panels = spec.panels.map((panel) => new Panel(panel, spec.words));
    root.append(buildFigure(this));
    Object.defineProperty(root, "attnkit", { configurable: true, get: () => this.shown() });
    this.listen();
    this.recolour();
    this.setParams(host.params ?? {});
    this.update();
    root.classList.add("attnkit-explorable", "attnkit-alive");
  }

  controlSpecs() {
    const { controls, free } = this.spec;
    return this.source.free ? [...controls, ...free].map(freed) : controls;
  }

  listen() {
    this.root.addEventListener("keydown", (event) => this.onKey(event));
    for (const panel of this.panels) {
      onPointer(panel, this);
      const reader = new Reader(panel, this);
      panel.plot.addEventListener("keydown", (event) => reader.onKey(event));
      panel.plot.addEventListener("blur", () => this.leave());
    }
    this.sizes = new ResizeObserver(() => this.repaint(...this.panels));
    for (const { plot } of this.panels) this.sizes.observe(plot);
    this.themes = onTheme(() => this.recolour());
  }

  destroy() {
    this.sweep.stop();
    this.sizes.disconnect();
    this.themes();
    cancelAnimationFrame(this.frame);
    this.body.remove();
  }

  shown() {
    const values = Object.entries(this.values).map(([name, { data, shape }]) => [name, nested(data, shape)]);
    const frames = this.panels.map(({ frame }) => frame && sidesOf(frame));
    return { params: this.params(), values: Object.fromEntries(values), frames };
  }

  // ---- setting ---------------------------------------------------------------------------------

  params() {
    return Object.fromEntries([...this.controls].map(([name, control]) => [name, control.read()]));
  }

  // Take some of the setting from outside: the address, a link, the kernel.
  setParams(params) {
    for (const [name, value] of Object.entries(params)) this.controls.get(name)?.write(value);
    this.request();
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

  // One question for each frame, however fast the slider moves.
  request() {
    if (this.frame) return;
    this.frame = requestAnimationFrame(() => { this.frame = 0; this.update(); });
  }

  update() {
    this.source.ask(this.params(), (changed, problem) => this.answered(changed, problem));
  }

  answered(changed, problem = "") {
    tell(this.problem, problem);
    this.problem.hidden = !problem;
    this.code.hidden = this.codeHelp.hidden = true;
    tell(this.said, "");
    if (!changed) return;
    Object.assign(this.values, changed);
    for (const panel of this.panels) panel.take(this.values, changed);
    this.paint();
    this.tellReadouts();
    this.tellHeld();
    this.root.dataset.drawn = ++this.painted;
  }

  // ---- painting --------------------------------------------------------------------------------

  recolour() {
    const colours = coloursOf(this.root);
    const key = JSON.stringify(colours);
    if (key === this.look) return;
    Object.assign(this, { colours, look: key });
    this.repaint(...this.panels);
  }

  repaint(...panels) {
    for (const panel of panels) panel.stale = true;
    this.paint();
  }

  paint() {
    for (const panel of this.panels) {
      if (panel.layers.every(({ filled }) => filled)) panel.paint(this.colours);
    }
    if (this.pointed) this.point(...this.pointed);
  }

  tellReadouts() {
    for (const { value, digits, unit, undefined: why, log10, node } of this.readouts) {
      const number = this.values[value].data[0];
      const text = log10 ? readable(10 ** number, 3) : minus(number.toFixed(digits));
      tell(node, Number.isNaN(number) ? why : `${text}${unit ? ` ${unit}` : ""}`);
    }
  }

  // ---- reading ---------------------------------------------------------------------------------

  // Show what lies at a place of a panel, there and in the panels that share an axis with it.
  point(panel, place, chosen) {
    this.pointed = [panel, place, chosen];
    for (const other of this.panels) {
      const there = other.frame && linkedPlace(panel, place, other);
      if (there) showReadings(other, there, readingsAt(other, there), other === panel ? chosen : undefined);
      else hideReadings(other);
    }
  }

  leave() {
    this.pointed = null;
    this.panels.forEach(hideReadings);
  }

  say(text) { tell(this.said, text); }

  // ---- ghosts ----------------------------------------------------------------------------------

  // Keep this setting as a ghost; a setting that is held already is let go.
  hold() {
    const params = this.params();
    const same = this.held.findIndex((kept) => JSON.stringify(kept.params) === JSON.stringify(params));
    if (same >= 0) this.letGo(this.held[same].nth);
    else {
      if (this.held.length === HELD_AT_MOST) this.letGo(this.held[0].nth);
      const nth = [0, 1, 2].find((free) => !this.held.some((kept) => kept.nth === free));
      this.held.push({ nth, params });
      for (const panel of this.panels) panel.hold(nth);
    }
    this.tellHeld();
    this.paint();
  }

  letGo(nth) {
    this.held = this.held.filter((kept) => nth !== undefined && kept.nth !== nth);
    for (const panel of this.panels) panel.letGo(nth);
    this.tellHeld();
    this.paint();
  }

  // Each ghost is named by what sets it apart from the setting shown.
  tellHeld() {
    this.holdButton.setAttribute("aria-pressed", String(this.held.length > 0));
    this.letGoButton.hidden = !this.held.length;
    const params = this.params();
    const names = this.held.map((kept) => {
      const apart = [...this.controls].filter(([name]) => kept.params[name] !== params[name]);
      const words = apart.map(([name, { spec, kind }]) => `${spec.label} = ${kind.told ? minus(kind.told(kept.params[name])) : kept.params[name]}`);
      return words.join(", ") || this.words.this_setting;
    });
    for (const panel of this.panels) {
      const shown = panel.ghosts.length ? this.held : [];
      panel.heldKeys.replaceChildren(...shown.map(({ nth }, i) => ghostKey(nth, names[i])));
    }
  }

  onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("select, code, input[type=text]")) return;
    if (event.key === "r") this.reset();
    if (event.key === "h") this.hold();
  }
}
Figure.serial = 1;

// Where a plot lies in its canvas.
const sidesOf = ({ left, top, right, bottom }) => ({ left, top, right, bottom });

const tell = (node, text) => { if (node.textContent !== text) node.textContent = text; };

const ghostKey = (nth, text) => {
  const drawing = new SvgContext(26, 10);
  pen(drawing, "currentColor", 1.8, GHOSTS[nth]);
  strokeLines(drawing, [[0, 5, 26, 5]]);
  const sample = make("i", { class: "attnkit-ghost" });
  sample.innerHTML = drawing.text();
  return make("span", { class: "attnkit-key" }, sample, text);
};
