// What the reader moves: a native input with its label, a number to type and a sweep to play.

class Control {
  constructor(spec, figure) {
    Object.assign(this, { spec, figure, kind: KINDS[spec.kind](spec) });
    this.id = `${figure.id}--${spec.name}`;
    this.input = this.kind.node(this.id);
    const whole = this.input.type === "text";
    this.input.addEventListener(whole ? "change" : "input", () => this.moved());
    this.node = make("div", { class: "attnkit-control" }, this.head(), this.hand());
    this.write(spec.default);
  }

  head() {
    const { id, spec, figure } = this;
    const label = make("label", { for: id, title: figure.words.reset_one_hint }, spec.label);
    label.addEventListener("dblclick", () => this.set(spec.default));
    const meaning = make("small", { id: `${id}-meaning` }, spec.meaning);
    this.input.setAttribute("aria-describedby", meaning.id);
    const told = make("span", {}, label, " ", meaning);
    const head = make("div", { class: "attnkit-control-head" }, told);
    if (this.kind.told) head.append(this.makeTyped());
    return head;
  }

  hand() {
    const hand = make("div", { class: "attnkit-control-hand" }, this.input);
    if (this.input.suggestions) hand.append(this.input.suggestions);
    if (this.kind.told) hand.prepend(this.makePlay());
    return hand;
  }

  read() { return this.kind.read(this.input); }

  // A value in words, as the reader sees it.
  worded(value = this.read()) {
    if (this.kind.told) return minus(this.kind.told(value));
    return Array.isArray(value) ? `(${value.length})` : String(value);
  }

  // Take a value if it is one; from the address and the reader it comes as text.
  write(value) {
    const number = String(value).trim() === "" ? NaN : Number(value);
    if (!this.kind.told) this.kind.write(this.input, value);
    else if (Number.isFinite(number)) this.kind.write(this.input, number);
    this.tell();
  }

  set(value) {
    this.write(value);
    this.figure.moved();
  }

  moved() {
    this.tell();
    this.figure.moved();
  }

  tell() {
    if (!this.typed) return;
    const text = this.kind.told(this.read());
    this.input.setAttribute("aria-valuetext", text);
    if (!this.typing) this.typed.value = text;
  }

  makeTyped() {
    const label = `${this.spec.label}: ${this.figure.words.typed}`;
    const look = { type: "text", inputmode: "decimal", autocomplete: "off" };
    this.typed = make("input", { ...look, class: "attnkit-typed", "aria-label": label });
    const width = Math.max(...this.kind.widest.map((value) => this.kind.told(value).length));
    this.typed.style.width = `${width + 1.2}ch`;
    this.typed.addEventListener("input", () => { this.typing = true; });
    this.typed.addEventListener("change", () => {
      this.typing = false;
      this.set(this.typed.value.replace("−", "-").replace(",", "."));
    });
    return this.typed;
  }

  makePlay() {
    const name = `${this.figure.words.play} ${this.spec.label}`;
    const look = { type: "button", class: "attnkit-play", "aria-pressed": "false" };
    this.play = make("button", { ...look, "aria-label": name, title: this.figure.words.play });
    this.play.addEventListener("click", () => this.figure.sweep.toggle(this));
    return this.play;
  }

  // The place of the handle, from 0 to 1.
  get share() {
    const { value, min, max } = this.input;
    return (value - min) / (max - min);
  }

  set share(share) {
    const [min, max] = [Number(this.input.min), Number(this.input.max)];
    this.input.value = min + share * (max - min);
    this.moved();
  }
}
