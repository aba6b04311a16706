// The read-out over a panel: a hair line, a dot on every nearest datum, and a box that tells them.

const placed = (kind, left, top) => {
  const node = make("i", { class: `attnkit-${kind}` });
  node.style.transform = `translate(${left}px, ${top}px)`;
  return node;
};

const hairs = ({ left, top, right, bottom }, place) => {
  const lines = [];
  if (place.left >= left && place.left <= right) {
    lines.push(Object.assign(placed("hair", place.left, top), { style: `transform: translate(${place.left}px, ${top}px); height: ${bottom - top}px; width: 1px` }));
  }
  if (place.top >= top && place.top <= bottom) {
    lines.push(Object.assign(placed("hair", left, place.top), { style: `transform: translate(${left}px, ${place.top}px); width: ${right - left}px; height: 1px` }));
  }
  return lines;
};

const rowOf = (reading, panel, shared) => {
  const { layer, x } = reading;
  const away = x !== undefined && layer.kind !== "heat" && Math.abs(panel.x.at(x) - panel.x.at(shared)) > 1.5;
  const name = layer.name || panel.spec.y.label || panel.spec.title;
  const sample = make("i", { class: "attnkit-spot" });
  if (layer.style.tone) sample.style.background = `var(--attnkit-${layer.style.tone})`;
  const value = make("b", {}, valueOf(reading, panel));
  const where = away && layer.kind !== "rule" ? [make("small", {}, ` at ${worded(panel.x, x)}`)] : [];
  return make("div", {}, sample, `${name} `, value, ...where);
};

const headOf = (readings, panel) => {
  const cell = readings.find(({ layer }) => layer.kind === "heat");
  const first = cell ?? readings.find(({ x, layer }) => x !== undefined && layer.kind !== "rule");
  if (!first) return [];
  const parts = [`${panel.spec.x.label || "x"} ${worded(panel.x, first.x)}`];
  if (cell) parts.push(`${panel.spec.y.label || "y"} ${worded(panel.y, first.y)}`);
  return [make("div", { class: "attnkit-place" }, parts.join(" · "))];
};

const showReadings = (panel, place, readings, chosen) => {
  const { frame, over } = panel;
  const dots = readings.filter(({ layer }) => layer.kind !== "rule" && layer.kind !== "band").map((reading) => {
    const dot = placed(reading === chosen ? "dot attnkit-chosen" : "dot", reading.left, reading.top);
    if (reading.layer.style.tone) dot.style.setProperty("--tone", `var(--attnkit-${reading.layer.style.tone})`);
    return dot;
  });
  over.replaceChildren(...hairs(frame, place), ...dots);
  if (!readings.length) return;
  const shared = readings.find(({ x, layer }) => x !== undefined && layer.kind !== "rule")?.x;
  const box = make("div", { class: "attnkit-box" }, ...headOf(readings, panel), ...readings.map((r) => rowOf(r, panel, shared)));
  over.append(box);
  const at = place.left ?? frame.right;
  const room = panel.plot.clientWidth - box.offsetWidth;
  const left = at + 14 <= room ? at + 14 : at - 14 - box.offsetWidth;
  box.style.transform = `translate(${Math.max(0, Math.min(room, left))}px, ${frame.top + 4}px)`;
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
  const name = layer.name || spec.y.label || spec.title;
  const value = valueOf(reading, panel);
  if (layer.kind === "rule") return `${name}: ${value}`;
  const place = [`${spec.x.label || "x"} ${worded(panel.x, x)}`];
  if (layer.kind === "heat") place.push(`${spec.y.label || "y"} ${worded(panel.y, y)}`);
  return `${name}: ${value}; ${place.join(", ")}; ${i + 1} ${words.of} ${lengthOf(layer)}`;
};

// The next datum that has a place, or the same one at the end.
const stepped = (panel, layer, from, step) => {
  for (let i = from + step; i >= 0 && i < lengthOf(layer); i += step) {
    if (readingOf(panel, layer, i)) return i;
  }
  return from;
};
