// The parts of a figure on the page, in reading order: what it is, what moves it, what it shows.

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

const showCode = async (figure) => {
  const text = toCode(figure.spec.name, figure.params());
  tell(figure.code, text);
  figure.code.hidden = figure.codeHelp.hidden = false;
  figure.say((await copyText(text)) ? figure.words.copied : figure.words.select_and_copy);
};

const codeHelp = ({ words, spec }) => {
  const help = make("span", { class: "attnkit-said", hidden: "" });
  if (spec.get_it) help.append(make("a", { href: spec.get_it, title: words.get_it_hint }, words.get_it));
  return help;
};

const buildTools = (figure) => {
  const { words, spec } = figure;
  figure.holdButton = button(words.hold, words.hold_hint, () => figure.hold(), { "aria-pressed": "false" });
  figure.letGoButton = button(words.let_go, words.let_go_hint, () => figure.letGo(), { hidden: "" });
  figure.said = make("span", { class: "attnkit-said", role: "status" });
  figure.code = make("code", { class: "attnkit-code", tabindex: "0", hidden: "" });
  figure.codeHelp = codeHelp(figure);
  const csv = () => download(`${spec.name}.csv`, new Blob([toCsv(figure.shown().values)], { type: "text/csv" }));
  return make("div", { class: "attnkit-tools" },
    button(words.reset, words.reset_hint, () => figure.reset()),
    figure.holdButton, figure.letGoButton,
    button(words.copy, words.copy_hint, () => showCode(figure)),
    button(words.csv, words.csv_hint, csv),
    button("PNG", words.png_hint, () => savePng(figure)),
    button("SVG", words.svg_hint, () => saveSvg(figure)),
    ...fullScreenButton(figure),
    figure.said, figure.codeHelp, figure.code);
};

const fullScreenButton = ({ root, words }) => {
  if (!root.requestFullscreen) return [];
  const turn = () => (document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen());
  return [button(words.full_screen, words.full_screen_hint, turn)];
};

const buildFigure = (figure) => {
  const { spec, root, id } = figure;
  root.setAttribute("role", "group");
  root.setAttribute("aria-labelledby", `${id}-title`);
  root.setAttribute("aria-describedby", `${id}-alt`);
  figure.problem = make("pre", { class: "attnkit-problem", role: "status", hidden: "" });
  const note = spec.note ? [" ", make("em", {}, spec.note)] : [];
  figure.body = make("div", { class: "attnkit-body" },
    make("p", { class: "attnkit-title", id: `${id}-title` }, spec.title),
    make("p", { class: "attnkit-alt", id: `${id}-alt` }, spec.alt),
    make("div", { class: "attnkit-figure" },
      make("div", { class: "attnkit-controls" },
        ...[...figure.controls.values()].map(({ node }) => node), figure.problem),
      make("div", { class: "attnkit-panels" }, ...figure.panels.map(({ cell }) => cell))),
    buildReadouts(figure),
    buildTools(figure),
    make("p", { class: "attnkit-caption" }, spec.caption, ...note));
  return figure.body;
};
