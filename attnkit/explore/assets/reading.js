// The read-out over a panel: a hair line, a dot on every nearest datum, and a box that tells them.

const placed = (kind, left, top) => {
  const node = make("i", { class: `attnkit-${kind}` });
  node.style.transform = `translate(${left}px, ${top}px)`;
  return node;
};

const hair = (left, top, width, height) => {
  const node = placed("hair", left, top);
  Object.assign(node.style, { width: `${width}px`, height: `${height}px` });
  return node;
};

// A line across at the place read; a level one only where height is read too.
const hairs = ({ left, top, right, bottom }, place, readsHeight) => {
  const lines = [];
  if (place.left >= left && place.left <= right) lines.push(hair(place.left, top, 1, bottom - top));
  if (readsHeight && place.top >= top && place.top <= bottom) lines.push(hair(left, place.top, right - left, 1));
  return lines;
};

// Dots that go with a line of the same tone share its name.
const nameOf = (layer, { layers, spec }) => {
  const kin = () => layers.find(({ name, style }) => name && style.tone && style.tone === layer.style.tone);
  return layer.name || kin()?.name || spec.y.label || spec.title;
};

const rowOf = (reading, panel, shared) => {
  const { layer, x } = reading;
  const away = x !== undefined && layer.kind !== "heat" && Math.abs(panel.x.at(x) - panel.x.at(shared)) > 1.5;
  const sample = make("i", { class: "attnkit-spot" });
  sample.style.setProperty("--tone", `var(--attnkit-${layer.style.tone})`);
  const value = make("b", {}, valueOf(reading, panel));
  const where = away && layer.kind !== "rule" ? [make("small", {}, ` at ${worded(panel.x, x, 4)}`)] : [];
  return make("div", {}, sample, `${nameOf(layer, panel)} `, value, ...where);
};

const headOf = (readings, panel) => {
  const cell = readings.find(({ layer }) => layer.kind === "heat");
  const first = cell ?? readings.find(({ x, layer }) => x !== undefined && layer.kind !== "rule");
  if (!first) return [];
  const parts = [`${panel.spec.x.label || "x"} ${worded(panel.x, first.x, 4)}`];
  if (cell) parts.push(`${panel.spec.y.label || "y"} ${worded(panel.y, first.y, 4)}`);
  return [make("div", { class: "attnkit-place" }, parts.join(" · "))];
};

const dotOf = (reading, chosen) => {
  const same = chosen?.layer === reading.layer && chosen.i === reading.i;
  const dot = placed(same ? "dot attnkit-chosen" : "dot", reading.left, reading.top);
  const { tone } = reading.layer.style;
  if (tone) dot.style.setProperty("--tone", `var(--attnkit-${tone})`);
  return dot;
};

// The box stands beside the hair line, at the end of the plot that is farther from the dots.
const putBox = (box, { plot, frame }, place, dots) => {
  const [roomX, roomY] = [plot.clientWidth - box.offsetWidth, frame.bottom - box.offsetHeight - 4];
  const at = place.left ?? frame.right;
  const left = at + 14 <= roomX ? at + 14 : at - 14 - box.offsetWidth;
  const middle = dots.length ? dots.reduce((sum, { top }) => sum + top, 0) / dots.length : place.top ?? 0;
  const top = middle < (frame.top + frame.bottom) / 2 ? roomY : frame.top + 4;
  box.style.transform = `translate(${Math.max(0, Math.min(roomX, left))}px, ${Math.max(0, top)}px)`;
};

const showReadings = (panel, place, readings, chosen) => {
  const { frame, over } = panel;
  const dots = readings.filter(({ layer }) => layer.kind !== "rule" && layer.kind !== "band");
  over.replaceChildren(...hairs(frame, place, panel.readsHeight), ...dots.map((dot) => dotOf(dot, chosen)));
  if (!readings.length) return;
  const shared = readings.find(({ x, layer }) => x !== undefined && layer.kind !== "rule")?.x;
  const rows = readings.map((reading) => rowOf(reading, panel, shared));
  const box = make("div", { class: "attnkit-box" }, ...headOf(readings, panel), ...rows);
  over.append(box);
  putBox(box, panel, place, dots);
};

const hideReadings = (panel) => panel.over.replaceChildren();

// Reading by keyboard: the data of one mark after the other, and what a screen reader hears.
const readableLayers = (panel) =>
  panel.layers.filter(({ kind, name, data }) => kind !== "rule" || (name && Number.isFinite(data.at[0])));

const lengthOf = ({ kind, data }) => (kind === "rule" ? 1 : kind === "heat" ? data.z.length : data.x.length);

const readingOf = (panel, layer, i) => {
  if (layer.kind === "rule") return ruleAt(layer, panel.frame);
  return layer.kind === "heat" ? cellOf(layer, i, panel.frame) : datumOf(layer, i, panel.frame);
};

const spoken = (reading, panel, words) => {
  const { layer, i, x, y } = reading;
  const { spec } = panel;
  const name = nameOf(layer, panel);
  const value = valueOf(reading, panel);
  if (layer.kind === "rule") return `${name}: ${value}`;
  const place = [`${spec.x.label || "x"} ${worded(panel.x, x, 4)}`];
  if (layer.kind === "heat") place.push(`${spec.y.label || "y"} ${worded(panel.y, y, 4)}`);
  return `${name}: ${value}; ${place.join(", ")}; ${i + 1} ${words.of} ${lengthOf(layer)}`;
};

// The next datum that has a place, or the same one at the end.
const stepped = (panel, layer, from, step) => {
  for (let i = from + step; i >= 0 && i < lengthOf(layer); i += step) {
    if (readingOf(panel, layer, i)) return i;
  }
  return from;
};
