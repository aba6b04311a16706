// Scales (data to pixels), their ticks, and numbers as text.

const RAISED = Object.fromEntries([..."−0123456789"].map((c, i) => [c, "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"[i]]));
const minus = (text) => text.replace("-", "−");
const power = (exponent) => [...minus(String(exponent))].map((c) => RAISED[c]).join("");
const thinSpaced = (whole) => whole.replace(/\B(?=(\d{3})+$)/g, "\u2009");
const grouped = (text) => text.replace(/^−?\d{5,}/, thinSpaced);

// A number with so many decimals; very large and very small ones as a product with a power of ten.
const plain = (value, decimals) => grouped(minus(value.toFixed(Math.min(decimals, 20))));
const scientific = (value, decimals) => {
  const [front, exponent] = value.toExponential(decimals).split("e");
  return `${minus(front)}·10${power(Number(exponent))}`;
};

// A number with at least so many significant digits, as a reader would write it. A page stores
// three digits of most arrays.
const readable = (value, digits = 3) => {
  if (Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e6)) return scientific(value, digits - 1);
  const decimals = size === 0 ? 0 : Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
  const text = value.toFixed(decimals);
  return grouped(minus(text.includes(".") ? text.replace(/\.?0+$/, "") : text));
};

class Scale {
  constructor({ log, ticks }) {
    const [spelt, given] = typeof ticks === "string" ? [true, []] : [false, ticks];
    Object.assign(this, { log, spelt, given, low: 0, high: 1, start: 0, end: 1 });
  }

  // The data that the axis shows; a width of zero is opened around its place.
  show(low, high) {
    const same = low === high;
    const room = same ? Math.abs(low) / 10 || 1 : 0;
    this.low = this.log && same ? low / 2 : low - room;
    this.high = this.log && same ? high * 2 : high + room;
    return this.settle();
  }

  // The pixels that it takes.
  place(start, end) {
    Object.assign(this, { start, end });
    return this.settle();
  }

  settle() {
    this.first = this.unit(this.low);
    this.slope = (this.end - this.start) / (this.unit(this.high) - this.first);
    return this;
  }

  unit(value) { return this.log ? Math.log10(value) : value; }
  at(value) { return this.start + (this.unit(value) - this.first) * this.slope; }
  value(pixel) {
    const unit = this.first + (pixel - this.start) / this.slope;
    return this.log ? 10 ** unit : unit;
  }
  holds(value) {
    const reach = this.high - this.low;
    return (value - this.low) * (value - this.high) <= 1e-9 * reach * reach;
  }

  // Ticks {value, text} whose texts take about so many pixels; without text only the grid is wanted.
  ticks(size) {
    if (this.given.length) {
      const held = this.given.filter(([value]) => this.holds(value));
      return held.map(([value, text]) => ({ value, text }));
    }
    const [low, high] = [Math.min(this.low, this.high), Math.max(this.low, this.high)];
    const room = Math.abs(this.end - this.start) / size;
    const decades = this.log ? Math.log10(high / low) : 0;
    if (decades > 0.9) return logTicks(low, high, decades, room);
    return linearTicks(low, high, Math.max(4, room / 2.4));
  }
}

const niceStep = (rough) => {
  const size = 10 ** Math.floor(Math.log10(rough));
  const nice = [[7.07, 10], [3.162, 5], [1.415, 2], [0, 1]];
  return size * nice.find(([least]) => rough / size >= least)[1];
};

// How a number of an axis is written: all with the same decimals, far from one as powers of ten.
const writerOf = (far, step) => {
  if (far < 1e6 && far >= 1e-3) {
    const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    return (value) => plain(value, decimals);
  }
  const digits = (value) => Math.max(0, Math.floor(Math.log10(Math.abs(value) / step) + 1e-9));
  return (value) => scientific(value, digits(value));
};

const linearTicks = (low, high, wanted) => {
  const step = niceStep((high - low) / wanted);
  const write = writerOf(Math.max(Math.abs(low), Math.abs(high)), step);
  const ticks = [];
  for (let i = Math.ceil(low / step - 1e-6); i <= high / step + 1e-6; i++) {
    ticks.push({ value: i * step, text: i === 0 ? "0" : write(i * step) });
  }
  return ticks;
};

// Powers of ten, every few where there are many; between them 2 and 5, or lines without text.
const logTicks = (low, high, decades, room) => {
  const every = Math.max(1, Math.ceil((1.5 * decades) / room));
  const short = low >= 0.9e-3 && high <= 1.1e4;
  const told = decades * 3 <= room && short ? [1, 2, 5] : [1];
  const ticks = [];
  for (let k = Math.floor(Math.log10(low)); k <= Math.log10(high) + 1e-9; k++) {
    for (let digit = 1; digit < 10; digit++) {
      const value = digit * 10 ** k;
      if (value < low * (1 - 1e-9) || value > high * (1 + 1e-9)) continue;
      const text = told.includes(digit) && k % every === 0 && decade(digit, k, short);
      if (text) ticks.push({ value, text });
      else if (every === 1 && decades < 5) ticks.push({ value, minor: true });
    }
  }
  return ticks;
};

const decade = (digit, k, short) => {
  if (short) return plain(digit * 10 ** k, Math.max(0, -k));
  return k === 0 ? "1" : `10${power(k)}`;
};
