// The Jupyter host: a kernel answers each setting. Everything travels in traits of the model.

const SILENCE = 4000; // ms without an answer after which the reader is told

// The bytes of wire.py: length, JSON header, numbers, each array at a multiple of eight bytes.
const readAnswer = (view) => {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice();
  if (!bytes.length) return { about: {}, arrays: {} };
  const aligned = (length) => Math.ceil(length / 8) * 8;
  let start = 4 + new DataView(bytes.buffer).getUint32(0, true);
  const { arrays: entries, ...about } = JSON.parse(new TextDecoder().decode(bytes.subarray(4, start)));
  const arrays = {};
  for (const { name, shape, type } of entries) {
    start = aligned(start);
    const count = shape.reduce((a, b) => a * b, 1);
    const data = new (type === "f4" ? Float32Array : Float64Array)(bytes.buffer, start, count);
    arrays[name] = { shape, data };
    start += data.byteLength;
  }
  return { about, arrays };
};

// Bit by bit, so that NaN equals NaN.
const sameArray = (one, other) => {
  if (one === other) return true;
  if (!one || one.data.byteLength !== other.data.byteLength || String(one.shape) !== String(other.shape)) return false;
  const bits = ({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const [a, b] = [bits(one), bits(other)];
  return a.every((byte, i) => byte === b[i]);
};

// One question is in flight, and of those that wait the last wins. An answer to nobody's question
// (Python, or another view, moved the figure) is handed to `adopt`.
class KernelSource {
  constructor(model, adopt) {
    Object.assign(this, { model, adopt, free: true, far: true, shown: {}, asked: null, waiting: null });
    this.words = model.get("spec").words;
    this.me = Math.random().toString(36).slice(2);
    this.count = 0;
    this.first = readAnswer(model.get("first"));
    this.listen = () => this.hear();
    model.on("change:answer", this.listen);
    this.read();
  }

  read() {
    const { about, arrays } = readAnswer(this.model.get("answer"));
    this.params = about.params ?? this.first.about.params;
    this.values = { ...this.first.arrays, ...arrays };
    return about;
  }

  ask(params, answer) {
    const question = { params, answer };
    if (this.asked) this.waiting = question;
    else if (JSON.stringify(params) === JSON.stringify(this.params)) answer(this.changed());
    else this.send(question);
  }

  send(question) {
    this.asked = { ...question, number: `${this.me} ${++this.count}` };
    this.timer = setTimeout(() => question.answer(null, this.words.silent_kernel), SILENCE);
    this.model.set("asked", { number: this.asked.number, params: question.params });
    this.model.save_changes();
  }

  hear() {
    const { question, params, refusal } = this.read();
    const { asked, waiting } = this;
    this.forget();
    if (asked && asked.number === question) {
      if (refusal) asked.answer(null, refusal);
      else asked.answer(this.changed());
      if (waiting) this.ask(waiting.params, waiting.answer);
    } else {
      this.adopt(params);
    }
  }

  // The arrays that differ from those last handed out.
  changed() {
    const fresh = Object.entries(this.values).filter(([name, array]) => !sameArray(this.shown[name], array));
    this.shown = this.values;
    return Object.fromEntries(fresh);
  }

  forget() {
    clearTimeout(this.timer);
    this.asked = this.waiting = null;
  }

  close() {
    this.forget();
    this.model.off("change:answer", this.listen);
  }
}

// The notebook's own keys (cells up and down, "r" for a raw cell) are not for who moves a slider.
// JupyterLab hears them when they bubble; Notebook hears them first of all, but looks for the
// attribute on what has the focus. Commands with a modifier, as to save, reach both.
const keepKeys = (root) => {
  const plain = (event) => !(event.ctrlKey || event.metaKey || event.altKey || event.shiftKey);
  const mark = (event) => {
    if (!root.contains(event.target)) return;
    event.target.toggleAttribute("data-lm-suppress-shortcuts", plain(event));
  };
  addEventListener("keydown", mark, true);
  root.addEventListener("keydown", (event) => { if (plain(event)) event.stopPropagation(); });
  return () => removeEventListener("keydown", mark, true);
};

// ---- own data ---------------------------------------------------------------------------------

// A row of numbers as text; what is none goes to the kernel as it is, which says where it is wrong.
const numbersIn = (text) => {
  const row = text.split(/[\s,;[\]()]+/).filter(Boolean).map(Number);
  return row.some(Number.isNaN) ? text : row;
};

KINDS.numbers = () => ({
  node: (id) => make("input", { id, type: "text", spellcheck: "false", autocomplete: "off", placeholder: "0.3, 1.2, −0.5" }),
  read: (input) => numbersIn(input.value.replace(/−/g, "-")),
  write: (input, value) => { input.value = value; },
});

// The field for own data is out of the way until it is wanted.
const offerOwnData = (figure) => {
  const fields = [...figure.controls.values()].filter(({ spec }) => spec.kind === "numbers");
  if (!fields.length) return;
  const { words } = figure;
  const show = (shown) => {
    for (const { node } of fields) node.hidden = !shown;
    own.setAttribute("aria-expanded", String(shown));
  };
  const own = button(words.own_data, words.own_data_hint, () => {
    show(fields[0].node.hidden);
    fields[0].input.focus();
  });
  figure.body.querySelector(".attnkit-tools").prepend(own);
  show(fields.some(({ input }) => input.value));
};

// ---- the host ---------------------------------------------------------------------------------

// The still picture beside the widget is for where no widget lives.
const hideStill = (model) => {
  const still = `[data-attnkit-still="${model.get("beside")}"]`;
  const style = document.createElement("style");
  style.textContent = `${still}, .jp-OutputArea-child:has(${still}) { display: none; }`;
  return style;
};

const render = ({ model, el }) => {
  const spec = { ...model.get("spec"), note: "" };
  const root = make("div", { class: "attnkit-explorable", "data-name": spec.name });
  el.append(hideStill(model), root);
  const source = new KernelSource(model, (params) => figure.setParams(params));
  const figure = new Figure(root, spec, source, { params: source.params });
  offerOwnData(figure);
  const letKeysGo = keepKeys(root);
  return () => {
    letKeysGo();
    source.close();
    figure.destroy();
  };
};
