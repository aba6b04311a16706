// What the reader moves: native inputs, each with its label, a number to type and a sweep to play.

const digitsOf = (step) => (String(step).split(".")[1] || "").length;

// A control as its kind: how an input shows it, reads it, and takes a value.
const LISTED = (control) => ({
  node: (id) => {
    const input = make("select", { id });
    control.grid.forEach((option) => input.append(make("option", { value: option }, option)));
    return input;
  },
  read: (input) => input.value,
  write: (input, value) => { if (control.grid.includes(value)) input.value = value; },
});

const KINDS = {
  choice: LISTED,
  text: LISTED,
  // Free text where a kernel answers; the presets are suggestions.
  words: ({ grid }) => ({
    node: (id) => {
      const list = make("datalist", { id: `${id}-list` });
      list.append(...grid.map((option) => make("option", { value: option })));
      const look = { type: "text", list: list.id, spellcheck: "false", autocomplete: "off" };
      return Object.assign(make("input", { id, ...look }), { suggestions: list });
    },
    read: (input) => input.value,
    write: (input, value) => { input.value = value; },
  }),
  steps: (control) => ({
    node: (id) => make("input", { id, type: "range", min: 0, max: control.grid.length - 1, step: 1 }),
    read: (input) => control.grid[Number(input.value)],
    write: (input, value) => { input.value = closest(control.grid, value); },
    told: String,
  }),
  slider: (control) => ({
    node: (id) => make("input", { id, type: "range", min: control.low, max: control.high, step: control.step }),
    read: (input) => Number(input.value),
    write: (input, value) => { input.value = value; },
    told: (value) => value.toFixed(digitsOf(control.step)),
  }),
};

const closest = (grid, value) => grid.reduce((best, v, i) =>
  (Math.abs(v - value) < Math.abs(grid[best] - value) ? i : best), 0);

// Where a kernel answers, a slider stops nowhere and a text is free.
const freed = (control) => {
  if (control.kind === "text") return { ...control, kind: "words" };
  return control.kind === "steps" && control.step !== undefined ? { ...control, kind: "slider" } : control;
};

class Control {
  constructor(spec, figure) {
    Object.assign(this, { spec, figure, kind: KINDS[spec.kind](spec) });
    const id = `${figure.id}--${spec.name}`;
    const { words } = figure;
    this.input = this.kind.node(id);
    const label = make("label", { for: id, title: words.reset_one_hint }, spec.label);
    label.addEventListener("dblclick", () => this.set(spec.default));
    const meaning = make("small", { id: `${id}-meaning` }, spec.meaning);
    this.input.setAttribute("aria-describedby", meaning.id);
    this.input.addEventListener(this.input.suggestions ? "change" : "input", () => this.moved());
    const head = make("div", { class: "attnkit-control-head" }, make("span", {}, label, " ", meaning));
    const hand = make("div", { class: "attnkit-control-hand" }, this.input, ...(this.input.suggestions ? [this.input.suggestions] : []));
    if (this.kind.told) {
      head.append(this.makeTyped());
      hand.prepend(this.makePlay());
    }
    this.node = make("div", { class: "attnkit-control" }, head, hand);
    this.write(spec.default);
  }

  read() { return this.kind.read(this.input); }

  // Take a value if it is one; from the address it comes as text.
  write(value) {
    const numeric = this.kind.told !== undefined;
    if (!numeric) this.kind.write(this.input, Array.isArray(value) ? value : String(value));
    else if (String(value).trim() !== "" && Number.isFinite(Number(value))) this.kind.write(this.input, Number(value));
    this.tell();
  }

  set(value) {
    this.write(value);
    this.figure.moved(this);
  }

  moved() {
    this.tell();
    this.figure.moved(this);
  }

  tell() {
    if (!this.typed) return;
    const text = this.kind.told(this.read());
    if (document.activeElement !== this.typed || !this.typing) this.typed.value = text;
    this.input.setAttribute("aria-valuetext", text);
  }

  makeTyped() {
    const { words } = this.figure;
    const look = { type: "text", inputmode: "decimal", class: "attnkit-typed", autocomplete: "off" };
    this.typed = make("input", { ...look, "aria-label": `${this.spec.label}: ${words.typed}` });
    const { grid, low, high } = this.spec;
    const widest = Math.max(...(this.spec.kind === "steps" ? grid : [low, high]).map((value) => this.kind.told(value).length));
    this.typed.style.width = `${widest + 1.2}ch`;
    this.typed.addEventListener("input", () => { this.typing = true; });
    this.typed.addEventListener("change", () => {
      this.typing = false;
      this.set(this.typed.value.replace("−", "-").replace(",", "."));
    });
    return this.typed;
  }

  makePlay() {
    const { words } = this.figure;
    this.play = make("button", { type: "button", class: "attnkit-play", "aria-label": `${words.play} ${this.spec.label}`, "aria-pressed": "false" });
    this.play.addEventListener("click", () => this.figure.sweep.toggle(this));
    return this.play;
  }

  // The place of the handle from 0 to 1.
  get share() { return (this.input.value - this.input.min) / (this.input.max - this.input.min); }
  set share(share) {
    this.input.value = Number(this.input.min) + share * (this.input.max - this.input.min);
    this.moved();
  }
}

// Sweeps one slider to its end and back, until anything is touched. Who asked for less motion gets
// one step a press instead.
class Sweep {
  constructor(root) {
    Object.assign(this, { control: null, root });
    const stop = (event) => { if (!this.turnedBy(event)) this.stop(); };
    for (const kind of ["pointerdown", "keydown", "wheel"]) root.addEventListener(kind, stop, { capture: true, passive: true });
  }

  // Its own button turns it off by itself.
  turnedBy({ target, type, key }) {
    const own = target === this.control?.play;
    return own && (type === "pointerdown" || key === " " || key === "Enter");
  }

  toggle(control) {
    const again = this.control === control;
    this.stop();
    if (again) return;
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
      control.share = control.share >= 0.999 ? 0 : Math.min(1, control.share + 0.1);
      return;
    }
    Object.assign(this, { control, way: control.share >= 0.999 ? -1 : 1, share: control.share, last: undefined });
    control.play.setAttribute("aria-pressed", "true");
    this.frame = requestAnimationFrame((now) => this.step(now));
  }

  step(now) {
    const seconds = Math.min(0.1, (now - (this.last ?? now)) / 1000);
    this.last = now;
    this.share += (this.way * seconds) / 6;
    if (this.share >= 1 || this.share <= 0) {
      this.share = Math.max(0, Math.min(1, this.share));
      this.way = -this.way;
    }
    this.control.share = this.share;
    this.frame = requestAnimationFrame((next) => this.step(next));
  }

  stop() {
    if (!this.control) return;
    cancelAnimationFrame(this.frame);
    this.control.play.setAttribute("aria-pressed", "false");
    this.control = null;
  }
}
