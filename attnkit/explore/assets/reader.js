// Reading a panel by arrow keys: left and right go through the data, up and down from mark to
// mark, or through a matrix. What is read is shown, and said to a screen reader.

const STEPS = {
  ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10, Home: -Infinity, End: Infinity,
};
const TURNS = { ArrowUp: -1, ArrowDown: 1 };

// Marks with something to say.
const readMarks = (panel) =>
  panel.layers.filter((layer) => layer.kind !== "rule" || ruleAt(layer, panel.frame));

const lengthOf = ({ kind, data }) => {
  if (kind === "rule") return 1;
  return kind === "heat" ? data.z.length : data.x.length;
};

const readingOf = (panel, layer, i) => {
  if (layer.kind === "rule") return ruleAt(layer, panel.frame);
  return layer.kind === "heat" ? cellOf(layer, i, panel.frame) : datumOf(layer, i, panel.frame);
};

// The next datum that has a place, or the same one at the end.
const stepped = (panel, layer, from, step) => {
  for (let i = from + step; i >= 0 && i < lengthOf(layer); i += step) {
    if (readingOf(panel, layer, i)) return i;
  }
  return from;
};

const spoken = (reading, panel, words) => {
  const { layer, i, x, y } = reading;
  const { spec } = panel;
  const told = `${nameOf(reading, panel)}: ${valueOf(reading, panel)}`;
  if (layer.kind === "rule") return told;
  const place = [`${spec.x.label || "x"} ${worded(panel.x, x, 4)}`];
  if (layer.kind === "heat") place.push(`${spec.y.label || "y"} ${worded(panel.y, y, 4)}`);
  return `${told}; ${place.join(", ")}; ${i + 1} ${words.of} ${lengthOf(layer)}`;
};

class Reader {
  constructor(panel, figure) { Object.assign(this, { panel, figure, nth: 0, i: -1 }); }

  onKey(event) {
    const [step = 0, turn = 0] = [STEPS[event.key], TURNS[event.key]];
    if ((!step && !turn) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    this.marks = this.panel.frame ? readMarks(this.panel) : [];
    if (!this.marks.length) return;
    this.nth = Math.min(this.nth, this.marks.length - 1);
    this.go(step, turn);
    this.tell();
  }

  get mark() { return this.marks[this.nth]; }

  go(step, turn) {
    if (this.i < 0 || this.i >= lengthOf(this.mark)) this.i = stepped(this.panel, this.mark, -1, 1);
    else if (turn && this.mark.kind === "heat") this.climb(turn);
    else if (turn) this.turn(turn);
    else this.walk(step);
  }

  walk(step) {
    const row = this.mark.kind === "heat" ? this.mark.shape[1] : lengthOf(this.mark);
    const [first, last] = [this.i - (this.i % row), this.i - (this.i % row) + row - 1];
    for (let n = Math.min(Math.abs(step), row); n > 0; n--) {
      const next = stepped(this.panel, this.mark, this.i, Math.sign(step));
      if (next >= first && next <= last) this.i = next;
    }
  }

  // Up and down in a matrix, as it lies on the screen; beyond its edge, to the next mark.
  climb(turn) {
    const { shape } = this.mark;
    const next = this.i + (this.panel.y.low > this.panel.y.high ? turn : -turn) * shape[1];
    if (next < 0 || next >= shape[0] * shape[1]) this.turn(turn);
    else this.i = next;
  }

  // To the next mark, at the datum nearest to where the last one was read.
  turn(turn) {
    const last = readingOf(this.panel, this.mark, this.i);
    this.nth = (this.nth + turn + this.marks.length) % this.marks.length;
    const near = last && nearestOf(this.mark, this.panel.frame, last);
    this.i = near ? near.i : stepped(this.panel, this.mark, -1, 1);
  }

  tell() {
    const reading = readingOf(this.panel, this.mark, this.i);
    if (!reading) return;
    this.figure.point(this.panel, { left: reading.left, top: reading.top }, reading);
    this.figure.say(spoken(reading, this.panel, this.figure.words));
  }
}
