// Stored arrays: packed bytes to numbers, and values between grid points.

const half = (bits) => {
  const sign = bits >> 15 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
};

const inflate = async (base64) => {
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
};

// The number of every half: what is stored in two bytes stays so, and is looked up where it is read.
let halves;
const everyHalf = () => {
  halves ??= new Float32Array(1 << 16).map((_, bits) => half(bits));
  return halves;
};

// Bytes of one significance stand together: byte b of number i is at b * count + i.
const readTable = (bytes, start, { count, bytes: width }) => {
  const words = width === 2 ? new Uint16Array(count) : new Uint32Array(count);
  for (let b = 0, at = start; b < width; b++) {
    for (let i = 0; i < count; i++, at++) words[i] |= bytes[at] << (8 * b);
  }
  return width === 2 ? words : new Float32Array(words.buffer);
};

const readArrays = async (entries, base64) => {
  const bytes = await inflate(base64);
  let start = 0;
  return entries.map((entry) => {
    const table = readTable(bytes, start, entry);
    start += entry.count * entry.bytes;
    return { ...entry, table };
  });
};

// The stored positions around a value, with their weights.
const neighbours = ({ kind, grid }, value) => {
  if (kind !== "slider") return [[grid.indexOf(value), 1]];
  let right = 1;
  while (right < grid.length - 1 && grid[right] < value) right++;
  const share = (value - grid[right - 1]) / (grid[right] - grid[right - 1]);
  return [[right - 1, 1 - share], [right, share]].filter(([, weight]) => weight > 0);
};

const cornersOf = (array, controls, params) => {
  let corners = [[0, 1]];
  for (const name of array.depends) {
    const control = controls.get(name);
    const sides = neighbours(control, params[name]);
    corners = corners.flatMap(([index, weight]) =>
      sides.map(([i, share]) => [index * control.grid.length + i, weight * share]));
  }
  return corners;
};

// Multilinear; a NaN corner takes no part, and NaN wins where it holds more than half the weight.
// The numbers come in a buffer that the next call for this array writes over.
const interpolate = (array, controls, params) => {
  const size = array.shape.reduce((a, b) => a * b, 1);
  const corners = cornersOf(array, controls, params);
  array.total ??= new Float64Array(size);
  array.known ??= new Float64Array(size);
  const { table, total, known } = array;
  const numbers = array.bytes === 2 ? everyHalf() : null;
  total.fill(0);
  known.fill(0);
  for (const [index, weight] of corners) {
    for (let i = 0, at = index * size; i < size; i++, at++) {
      const value = numbers ? numbers[table[at]] : table[at];
      if (value !== value) continue;
      total[i] += weight * value;
      known[i] += weight;
    }
  }
  for (let i = 0; i < size; i++) total[i] = known[i] >= 0.5 ? total[i] / known[i] : NaN;
  return total;
};

// A source answers a setting with the arrays that it changes. This one has them in the page.
const storedSource = (spec, arrays) => {
  const controls = new Map(spec.controls.map((control) => [control.name, control]));
  const last = new Map();
  return {
    ask(params, answer) {
      const changed = {};
      for (const array of arrays) {
        const key = array.depends.map((name) => params[name]).join("\u0000");
        if (last.get(array.name) === key) continue;
        last.set(array.name, key);
        changed[array.name] = { shape: array.shape, data: interpolate(array, controls, params) };
      }
      answer(changed);
    },
  };
};

const nested = (flat, shape) => {
  if (shape.length === 0) return flat[0];
  if (shape.length === 1) return Array.from(flat);
  const size = flat.length / shape[0];
  return Array.from({ length: shape[0] }, (_, i) =>
    nested(flat.subarray(i * size, (i + 1) * size), shape.slice(1)));
};
