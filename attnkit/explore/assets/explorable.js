/* Moving figures on a static page: reads the stored arrays, interpolates between grid points and
   redraws. No network, no modules, so that it runs from file:// too. */
(() => {
  "use strict";

  // ---- stored arrays ------------------------------------------------------------------------

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

  // Bytes of one significance stand together: byte b of number i is at b * count + i.
  const readTable = (bytes, start, entry) => {
    const table = new Float64Array(entry.count);
    const four = new DataView(new ArrayBuffer(4));
    for (let i = 0; i < entry.count; i++) {
      if (entry.bytes === 2) {
        table[i] = half(bytes[start + i] | (bytes[start + entry.count + i] << 8));
      } else {
        for (let b = 0; b < 4; b++) four.setUint8(b, bytes[start + b * entry.count + i]);
        table[i] = four.getFloat32(0, true);
      }
    }
    return table;
  };

  const readArrays = async (spec, base64) => {
    const bytes = await inflate(base64);
    const arrays = new Map();
    let start = 0;
    for (const entry of spec.arrays) {
      arrays.set(entry.name, { ...entry, table: readTable(bytes, start, entry) });
      start += entry.count * entry.bytes;
    }
    return arrays;
  };

  // The stored positions around a value, with their weights.
  const neighbours = (control, value) => {
    const grid = control.grid;
    if (control.kind !== "slider") return [[grid.indexOf(value), 1]];
    let right = 1;
    while (right < grid.length - 1 && grid[right] < value) right++;
    const share = (value - grid[right - 1]) / (grid[right] - grid[right - 1]);
    return [[right - 1, 1 - share], [right, share]].filter(([, weight]) => weight > 0);
  };

  // Multilinear; a NaN corner takes no part, and NaN wins where it holds more than half the weight.
  const interpolate = (array, controls, params) => {
    const size = array.shape.reduce((a, b) => a * b, 1);
    let corners = [[0, 1]];
    for (const name of array.depends) {
      const control = controls.get(name);
      const sides = neighbours(control, params[name]);
      corners = corners.flatMap(([index, weight]) =>
        sides.map(([i, w]) => [index * control.grid.length + i, weight * w]));
    }
    const total = new Float64Array(size);
    const known = new Float64Array(size);
    for (const [index, weight] of corners) {
      for (let i = 0; i < size; i++) {
        const value = array.table[index * size + i];
        if (value === value) {
          total[i] += weight * value;
          known[i] += weight;
        }
      }
    }
    for (let i = 0; i < size; i++) total[i] = known[i] >= 0.5 ? total[i] / known[i] : NaN;
    return total;
  };

  const shaped = (flat, shape) => {
    if (shape.length === 0) return flat[0];
    if (shape.length === 1) return Array.from(flat);
    const size = flat.length / shape[0];
    return Array.from({ length: shape[0] }, (_, i) =>
      shaped(flat.subarray(i * size, (i + 1) * size), shape.slice(1)));
  };

  // ---- references: names, numbers, lists, placed profiles --------------------------------------

  const names = (reference) => {
    if (typeof reference === "string") return [reference];
    if (reference.affine) return reference.affine.flatMap(names);
    return reference.twice === undefined ? [] : names(reference.twice);
  };

  const resolve = (reference, values) => {
    if (typeof reference === "string") return values[reference];
    if (reference.twice !== undefined) {
      const at = resolve(reference.twice, values);
      return [at, at];
    }
    if (!reference.affine) return reference;
    const [offset, scale, profile] = reference.affine.map((part) => resolve(part, values));
    const long = [offset, scale, profile].find(Array.isArray);
    const at = (part, i) => (Array.isArray(part) ? part[i] : part);
    if (!long) return offset + scale * profile;
    return long.map((_, i) => at(offset, i) + at(scale, i) * at(profile, i));
  };

  // ---- the address holds the state: #name?slider=value;other?slider=value ----------------------

  const readAddress = () => {
    const states = new Map();
    for (const part of location.hash.slice(1).split(";")) {
      const [name, query] = part.split("?");
      if (query) states.set(decodeURIComponent(name), new URLSearchParams(query));
    }
    return states;
  };

  const writeAddress = (name, changed) => {
    const states = readAddress();
    if ([...changed].length) states.set(name, changed);
    else states.delete(name);
    const parts = [...states].map(([key, query]) => `${encodeURIComponent(key)}?${query}`);
    const hash = parts.length ? `#${parts.join(";")}` : location.pathname + location.search;
    history.replaceState(null, "", hash);
  };

  // ---- small pieces of page --------------------------------------------------------------------

  const make = (tag, attributes = {}, ...children) => {
    const node = document.createElement(tag);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    node.append(...children);
    return node;
  };

  const digitsOf = (step) => (String(step).split(".")[1] || "").length;

  const shown = (control, value) => {
    if (control.kind === "slider") return value.toFixed(digitsOf(control.step));
    return String(value);
  };

  // A control as a native input; `read` gives its value, `write` sets it.
  const makeInput = (control, id) => {
    if (control.kind === "choice" || control.kind === "text") {
      const input = make("select", { id });
      control.grid.forEach((option) => input.append(make("option", { value: option }, option)));
      return {
        input,
        read: () => input.value,
        write: (value) => { if (control.grid.includes(value)) input.value = value; },
      };
    }
    if (control.kind === "steps") {
      const input = make("input", { id, type: "range", min: 0, max: control.grid.length - 1, step: 1 });
      const closest = (value) => control.grid.reduce((best, v, i) =>
        Math.abs(v - value) < Math.abs(control.grid[best] - value) ? i : best, 0);
      return {
        input,
        read: () => control.grid[Number(input.value)],
        write: (value) => { if (!Number.isNaN(Number(value))) input.value = closest(Number(value)); },
      };
    }
    const { low: min, high: max, step } = control;
    const input = make("input", { id, type: "range", min, max, step });
    return {
      input,
      read: () => Number(input.value),
      write: (value) => { if (!Number.isNaN(Number(value))) input.value = Number(value); },
    };
  };

  const copyText = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return false;
    }
  };

  const toCsv = (values) => {
    const columns = [];
    const add = (name, value) => {
      if (!Array.isArray(value)) columns.push([name, value]);
      else if (Array.isArray(value[0])) value.forEach((row, i) => add(`${name}[${i}]`, row));
      else columns.push([name, ...value]);
    };
    Object.entries(values).forEach(([name, value]) => add(name, value));
    const rows = Math.max(...columns.map((column) => column.length));
    const cell = (column, i) => (column[i] === undefined || column[i] !== column[i] ? "" : column[i]);
    return Array.from({ length: rows }, (_, i) =>
      columns.map((column) => cell(column, i)).join(",")).join("\n");
  };

  const pythonValue = (value) => (typeof value === "string" ? JSON.stringify(value) : String(value));

  // ---- one figure --------------------------------------------------------------------------------

  class Figure {
    constructor(root, spec, arrays) {
      Object.assign(this, { root, spec, arrays, values: {}, keys: new Map(), held: false });
      this.controls = new Map(spec.controls.map((control) => [control.name, control]));
      this.inputs = new Map();
      this.build();
      Object.defineProperty(root, "attnkit", {
        get: () => ({ params: this.params(), values: { ...this.values } }),
      });
      this.reset(false);
      this.followAddress();
      this.root.classList.add("attnkit-alive");
    }

    build() {
      const { spec } = this;
      this.panels = spec.panels.map((panel) => ({
        ...panel,
        plot: make("div", { class: "attnkit-panel", role: "img", "aria-label": spec.alt }),
        traces: panel.layers.flatMap((layer) => [{ ...layer.style }, { ...layer.ghost, visible: false }]),
        fixed: panel.layout.xaxis.range && panel.layout.yaxis.range,
      }));
      this.readouts = spec.readouts.map((readout) => ({ ...readout, node: make("b") }));
      const readouts = make("div", { class: "attnkit-readouts", role: "status" });
      for (const { label, node } of this.readouts) readouts.append(make("span", {}, `${label} `, node));
      const body = make("div", { class: "attnkit-body" },
        make("p", { class: "attnkit-title", id: `${spec.name}-title` }, spec.title),
        make("div", { class: "attnkit-controls" }, ...spec.controls.map((c) => this.buildControl(c))),
        make("div", { class: "attnkit-panels" }, ...this.panels.map(({ heading, plot }) => {
          const title = make("div");
          title.innerHTML = heading;
          return make("div", { class: "attnkit-cell" }, title, plot);
        })),
        readouts, this.buildTools(),
        make("p", { class: "attnkit-caption" }, spec.caption, ...(spec.note ? [" ", make("em", {}, spec.note)] : [])));
      this.root.setAttribute("role", "group");
      this.root.setAttribute("aria-labelledby", `${spec.name}-title`);
      this.root.querySelector(".attnkit-still").hidden = true;
      this.root.append(body);
      this.root.addEventListener("keydown", (event) => this.onKey(event));
    }

    buildControl(control) {
      const id = `${this.spec.name}--${control.name}`;
      const entry = { control, ...makeInput(control, id), output: make("output", { for: id }) };
      const { input, output } = entry;
      input.addEventListener("input", () => { this.request(); this.scheduleAddress(); });
      this.inputs.set(control.name, entry);
      const label = make("label", { for: id }, control.label);
      label.title = "double-click to reset";
      label.addEventListener("dblclick", () => { entry.write(control.default); this.request(); this.scheduleAddress(); });
      const meaning = make("small", { id: `${id}-meaning` }, control.meaning);
      input.setAttribute("aria-describedby", meaning.id);
      return make("div", { class: "attnkit-control" }, label, output, input, meaning);
    }

    buildTools() {
      const button = (text, title, act) => {
        const node = make("button", { type: "button", title }, text);
        node.addEventListener("click", () => act(node));
        return node;
      };
      const said = make("span", { class: "attnkit-said", role: "status" });
      this.holdButton = button("Hold this", "keep the curves as a ghost to compare with (h)", () => this.hold());
      this.holdButton.setAttribute("aria-pressed", "false");
      this.code = make("code", { class: "attnkit-code", tabindex: "0", hidden: "" });
      return make("div", { class: "attnkit-tools" },
        button("Reset", "back to the first setting (r)", () => this.reset(true)),
        this.holdButton,
        button("Copy as code", "the Python line that recomputes what is shown", async () => {
          this.code.textContent = this.asCode();
          this.code.hidden = false;
          said.textContent = (await copyText(this.asCode())) ? "copied" : "select and copy:";
        }),
        button("CSV", "download the numbers shown", () => {
          const link = make("a", { download: `${this.spec.name}.csv` });
          link.href = URL.createObjectURL(new Blob([toCsv(this.values)], { type: "text/csv" }));
          link.click();
          setTimeout(() => URL.revokeObjectURL(link.href), 1000);
        }),
        said, this.code);
    }

    onKey(event) {
      if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("select, code")) return;
      if (event.key === "r") this.reset(true);
      if (event.key === "h") this.hold();
    }

    params() {
      return Object.fromEntries([...this.inputs].map(([name, entry]) => [name, entry.read()]));
    }

    asCode() {
      const list = Object.entries(this.params()).map(([name, value]) => `${name}=${pythonValue(value)}`);
      return `from attnkit.explore import gallery\nvalues = gallery()["${this.spec.name}"].compute(${list.join(", ")})`;
    }

    reset(byHand) {
      for (const { control, write } of this.inputs.values()) write(control.default);
      if (byHand) this.scheduleAddress();
      if (byHand) this.request();
      else this.update();
    }

    // Apply what the address says of this figure; whether it says anything.
    followAddress() {
      const query = readAddress().get(this.spec.name);
      if (!query) return false;
      for (const [name, entry] of this.inputs) {
        entry.write(query.has(name) ? query.get(name) : entry.control.default);
      }
      this.update();
      return true;
    }

    scheduleAddress() {
      clearTimeout(this.addressTimer);
      this.addressTimer = setTimeout(() => {
        const changed = [...this.inputs].filter(([, { control, read }]) => read() !== control.default);
        writeAddress(this.spec.name, new URLSearchParams(changed.map(([name, { read }]) => [name, read()])));
      }, 250);
    }

    // One repaint for each frame, however fast the slider moves.
    request() {
      if (this.frame) return;
      this.frame = requestAnimationFrame(() => { this.frame = 0; this.update(); });
    }

    update() {
      const params = this.params();
      const moved = new Set();
      for (const array of this.arrays.values()) {
        const key = JSON.stringify(array.depends.map((name) => params[name]));
        if (this.keys.get(array.name) === key) continue;
        this.keys.set(array.name, key);
        this.values[array.name] = shaped(interpolate(array, this.controls, params), array.shape);
        moved.add(array.name);
      }
      for (const { control, read, input, output } of this.inputs.values()) {
        const text = control.kind === "choice" || control.kind === "text" ? "" : shown(control, read());
        output.textContent = text;
        if (text) input.setAttribute("aria-valuetext", text);
      }
      this.panels.forEach((panel) => this.draw(panel, moved));
      for (const { node, value, digits, unit, undefined: why } of this.readouts) {
        const number = this.values[value];
        const text = Number.isNaN(number) ? why : `${number.toFixed(digits)}${unit ? ` ${unit}` : ""}`;
        if (node.textContent !== text) node.textContent = text;
      }
    }

    draw(panel, moved) {
      let dirty = !panel.drawn;
      let glides = panel.drawn && panel.fixed;
      panel.layers.forEach((layer, i) => {
        for (const [axis, reference] of Object.entries(layer.binds)) {
          if (panel.drawn && !names(reference).some((name) => moved.has(name))) continue;
          panel.traces[2 * i][axis] = resolve(reference, this.values);
          dirty = true;
          glides &&= layer.style.type !== "heatmap";
        }
      });
      if (dirty && glides) this.glide(panel);
      else if (dirty) this.paint(panel);
    }

    // Curves between fixed axes move without a new layout, four times as fast as `paint`. A move
    // that the next one overtakes is dropped, so each brings every curve of the panel.
    glide(panel) {
      const traces = panel.layers.flatMap(({ style }, i) => (style.type === "heatmap" ? [] : [2 * i]));
      const data = traces.map((t) => Object.fromEntries(
        Object.keys(panel.layers[t / 2].binds).map((axis) => [axis, panel.traces[t][axis]])));
      const still = { duration: 0 };
      const how = { mode: "immediate", transition: still, frame: { ...still, redraw: false } };
      Plotly.animate(panel.plot, { data, traces }, how).catch(() => {});
    }

    paint(panel) {
      const config = { displaylogo: false, responsive: true, modeBarButtonsToRemove: ["lasso2d", "select2d"], toImageButtonOptions: { filename: this.spec.name, scale: 2 } };
      if (!panel.drawn && matchMedia("(pointer: coarse)").matches) panel.layout.dragmode = false;
      panel.drawn = true;
      Plotly.react(panel.plot, panel.traces, panel.layout, config);
    }

    hold() {
      this.held = !this.held;
      this.holdButton.setAttribute("aria-pressed", String(this.held));
      this.holdButton.textContent = this.held ? "Let go" : "Hold this";
      for (const panel of this.panels) {
        panel.layers.forEach((layer, i) => {
          if (!layer.held) return;
          const live = panel.traces[2 * i];
          const frozen = Object.fromEntries(Object.keys(layer.binds).map((axis) => [axis, live[axis]]));
          panel.traces[2 * i + 1] = { ...layer.ghost, ...frozen, visible: this.held };
        });
        this.paint(panel);
      }
    }
  }

  // ---- the page ----------------------------------------------------------------------------------

  const figures = new Map();

  const start = async (root) => {
    const { data, ...spec } = JSON.parse(root.querySelector("script[type='application/json']").textContent);
    figures.set(spec.name, new Figure(root, spec, await readArrays(spec, data)));
  };

  const follow = () => {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    for (const figure of figures.values()) {
      if (figure.followAddress()) {
        figure.root.scrollIntoView({ block: "nearest", behavior: calm ? "auto" : "smooth" });
      }
    }
  };

  const startAll = async () => {
    for (const root of document.querySelectorAll(".attnkit-explorable")) await start(root);
    if (readAddress().size) follow();
    document.documentElement.dataset.attnkit = "ready";
  };

  addEventListener("hashchange", follow);
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", startAll);
  else startAll();
})();
