// The read-out over a panel: a hair line, a dot on every nearest datum, and a box that tells them.

const toneOfLayer = ({ style }) => (style.tone ? `var(--attnkit-${style.tone})` : "transparent");

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
  if (readsHeight && place.top >= top && place.top <= bottom) {
    lines.push(hair(left, place.top, right - left, 1));
  }
  return lines;
};

// A dot may have a name of its own; those that go with a line of the same tone share its name.
const nameOf = ({ layer, i }, { layers, spec }) => {
  const kin = ({ name, style }) => name && style.tone && style.tone === layer.style.tone;
  return layer.style.names?.[i] || layer.name || layers.find(kin)?.name || spec.y.label || spec.title;
};

const dotOf = (reading, chosen) => {
  const same = chosen?.layer === reading.layer && chosen.i === reading.i;
  const dot = placed(same ? "dot attnkit-chosen" : "dot", reading.left, reading.top);
  if (reading.layer.style.tone) dot.style.setProperty("--tone", toneOfLayer(reading.layer));
  return dot;
};

const isCurve = ({ layer }) => layer.kind !== "rule";

const rowOf = (reading, panel, shared) => {
  const { layer, x } = reading;
  const sample = make("i", { class: "attnkit-spot" });
  sample.style.setProperty("--tone", toneOfLayer(layer));
  const row = make("div", {}, sample, `${nameOf(reading, panel)} `);
  row.append(make("b", {}, valueOf(reading, panel)));
  const apart = isCurve(reading) && Math.abs(panel.x.at(x) - panel.x.at(shared)) > 1.5;
  if (apart) row.append(make("small", {}, ` at ${worded(panel.x, x, 4)}`));
  return row;
};

const headOf = (first, { spec, x, y }) => {
  const parts = [`${spec.x.label || "x"} ${worded(x, first.x, 4)}`];
  if (first.layer.kind === "heat") parts.push(`${spec.y.label || "y"} ${worded(y, first.y, 4)}`);
  return make("div", { class: "attnkit-place" }, parts.join(" · "));
};

const boxOf = (readings, panel) => {
  const box = make("div", { class: "attnkit-box" });
  const first = readings.find(({ layer }) => layer.kind === "heat") ?? readings.find(isCurve);
  if (first) box.append(headOf(first, panel));
  box.append(...readings.map((reading) => rowOf(reading, panel, first?.x)));
  return box;
};

// The box stands beside the hair line, at the end of the plot that is farther from the dots.
const putBox = (box, { frame }, place, dots) => {
  const [width, height] = [frame.width - box.offsetWidth, frame.bottom - box.offsetHeight - 4];
  const at = place.left ?? frame.right;
  const left = at + 14 <= width ? at + 14 : at - 14 - box.offsetWidth;
  const middle = dots.reduce((sum, { top }) => sum + top / dots.length, 0);
  const top = middle < (frame.top + frame.bottom) / 2 ? height : frame.top + 4;
  const x = Math.max(0, Math.min(width, left));
  box.style.transform = `translate(${x}px, ${Math.max(0, top)}px)`;
};

const showReadings = (panel, place, readings, chosen) => {
  const { frame, over, readsHeight } = panel;
  const dots = readings.filter(({ layer }) => layer.kind !== "rule" && layer.kind !== "band");
  const marks = dots.map((reading) => dotOf(reading, chosen));
  over.replaceChildren(...hairs(frame, place, readsHeight), ...marks);
  if (!readings.length) return;
  const box = boxOf(readings, panel);
  over.append(box);
  putBox(box, panel, place, dots);
};

const hideReadings = ({ over }) => { if (over.firstChild) over.replaceChildren(); };
