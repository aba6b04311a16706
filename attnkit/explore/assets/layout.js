// The parts of a figure on the page, in reading order: what it is, what moves it, what it shows.

// ---- a panel ------------------------------------------------------------------------------------

// Height over width of a square panel, so that the page gives it no more room than it fills.
const steepness = ({ x, y }) => {
  const reach = ({ range }) => Math.abs(range?.[1] - range?.[0]);
  return reach(y) / reach(x) || 1;
};

// A sample of a mark with its name, for the key above the plot.
const keyOf = ({ kind, name, style }) => {
  const dashed = style.dash ? " attnkit-dashed" : "";
  const sample = make("i", { class: `attnkit-sample attnkit-sample-${kind}${dashed}` });
  sample.style.setProperty("--tone", `var(--attnkit-${style.tone})`);
  return make("span", { class: "attnkit-key" }, sample, name);
};

const namedLayers = ({ layers }) => layers.filter(({ kind, name }) => name && kind !== "heat");

const buildHeading = (panel) => {
  const heldKeys = make("span", { class: "attnkit-held" });
  const { title } = panel.spec;
  const keys = [...namedLayers(panel).map(keyOf), heldKeys];
  const heading = make("div", { class: "attnkit-heading" }, make("b", {}, title), ...keys);
  return { heading, heldKeys };
};

const buildPanel = (panel, words) => {
  const { spec, layers } = panel;
  const names = layers.map(({ name }) => name).filter(Boolean).join(", ");
  const told = `${spec.y.label} / ${spec.x.label}: ${names}`;
  const canvas = make("canvas", { role: "img", "aria-label": told });
  const over = make("div", { class: "attnkit-over", "aria-hidden": "true" });
  const label = `${spec.title || spec.y.label}: ${words.plot_keys}`;
  const look = { class: "attnkit-plot", tabindex: "0", role: "group", "aria-label": label };
  const plot = make("div", { ...look, title: words.plot_hint }, canvas, over);
  plot.style.setProperty("--steep", steepness(spec));
  const { heading, heldKeys } = buildHeading(panel);
  const cell = make("div", { class: "attnkit-cell" }, heading, plot);
  cell.classList.toggle("attnkit-square", Boolean(spec.square));
  return { canvas, over, plot, cell, heldKeys };
};

// ---- below the panels ---------------------------------------------------------------------------

const button = (text, title, act, look = {}) => {
  const node = make("button", { type: "button", title, ...look }, text);
  node.addEventListener("click", act);
  return node;
};

const buildReadouts = (figure) => {
  figure.readouts = figure.spec.readouts.map((readout) => ({ ...readout, node: make("b") }));
  const list = make("div", { class: "attnkit-readouts", role: "status" });
  for (const { label, node } of figure.readouts) list.append(make("span", {}, `${label} `, node));
  return list;
};

const codeHelp = ({ words, spec }) => {
  const help = make("span", { class: "attnkit-said", hidden: "" });
  const link = { href: spec.get_it, title: words.get_it_hint };
  if (spec.get_it) help.append(make("a", link, words.get_it));
  return help;
};

const showCode = async (figure) => {
  const text = toCode(figure.spec.name, figure.params());
  tell(figure.code, text);
  figure.code.hidden = figure.codeHelp.hidden = false;
  figure.say((await copyText(text)) ? figure.words.copied : figure.words.select_and_copy);
};

const fullScreenButton = ({ root, words }) => {
  if (!root.requestFullscreen) return [];
  const leave = () => document.exitFullscreen();
  const turn = () => (document.fullscreenElement ? leave() : root.requestFullscreen());
  return [button(words.full_screen, words.full_screen_hint, turn)];
};

const buildTools = (figure) => {
  const { words, ghosts } = figure;
  const unpressed = { "aria-pressed": "false" };
  figure.holdButton = button(words.hold, words.hold_hint, () => ghosts.hold(), unpressed);
  const letGo = () => ghosts.letGo(...ghosts.kept);
  figure.letGoButton = button(words.let_go, words.let_go_hint, letGo, { hidden: "" });
  figure.said = make("span", { class: "attnkit-said", role: "status" });
  figure.code = make("code", { class: "attnkit-code", tabindex: "0", hidden: "" });
  figure.codeHelp = codeHelp(figure);
  return make("div", { class: "attnkit-tools" },
    button(words.reset, words.reset_hint, () => figure.reset()),
    figure.holdButton,
    figure.letGoButton,
    button(words.copy, words.copy_hint, () => showCode(figure)),
    button(words.csv, words.csv_hint, () => saveCsv(figure)),
    button("PNG", words.png_hint, () => savePng(figure)),
    button("SVG", words.svg_hint, () => saveSvg(figure)),
    ...fullScreenButton(figure),
    figure.said, figure.codeHelp, figure.code);
};

// ---- the figure ---------------------------------------------------------------------------------

const buildFigure = (figure) => {
  const { spec, root, id, controls, panels } = figure;
  root.setAttribute("role", "group");
  root.setAttribute("aria-labelledby", `${id}-title`);
  root.setAttribute("aria-describedby", `${id}-alt`);
  figure.problem = make("pre", { class: "attnkit-problem", role: "status", hidden: "" });
  const hands = [...controls.values()].map(({ node }) => node);
  const cells = panels.map(({ cell }) => cell);
  (panels.find(({ spec: { main } }) => main) ?? panels[0]).cell.classList.add("attnkit-main");
  figure.body = make("div", { class: "attnkit-body" },
    make("p", { class: "attnkit-title", id: `${id}-title` }, spec.title),
    make("p", { class: "attnkit-alt", id: `${id}-alt` }, spec.alt),
    make("div", { class: "attnkit-figure" },
      make("div", { class: "attnkit-controls" }, ...hands, figure.problem),
      make("div", { class: "attnkit-panels", "data-panels": cells.length }, ...cells)),
    buildReadouts(figure),
    buildTools(figure),
    make("p", { class: "attnkit-caption" }, spec.caption, " ", make("em", {}, spec.note)));
  return figure.body;
};
