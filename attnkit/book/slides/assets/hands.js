// Keys, buttons and the overview; it starts everything.

const entries = slides.map((slide, place) => {
  const title = slide.querySelector("h1, h2").textContent;
  const figure = slide.querySelector(".attnkit-explorable")?.dataset.title;
  const node = make("a", { href: `#/${place + 1}` }, make("b", {}, `${place + 1}`), title + (figure ? ` · ${figure}` : ""));
  node.addEventListener("click", () => overview.close());
  return node;
});
const overview = make("dialog", { className: "deck-overview", ariaLabel: words.overview }, ...entries);

const survey = () => {
  entries.forEach((entry, place) => entry.toggleAttribute("aria-current", place === now));
  overview.showModal();
  entries[now].focus();
};

const turnTheme = () => { root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark"; };
const turnFull = () => (document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen());
// The teacher's page: its links find this window by its name.
const showPlan = () => {
  window.name = "slides";
  open(words.plan_page, "plan", "popup,width=760,height=900");
};

const next = () => go(now + 1);
const previous = () => go(now - 1);

const keys = new Map([
  ...["ArrowRight", "ArrowDown", "PageDown", " ", "n"].map((key) => [key, next]),
  ...["ArrowLeft", "ArrowUp", "PageUp", "p"].map((key) => [key, previous]),
  ["Home", () => go(0)],
  ["End", () => go(slides.length - 1)],
  ["o", survey],
  ["d", turnTheme],
  ["f", turnFull],
  ...(words.plan_page ? [["t", showPlan]] : []),
]);

// Whoever has the focus has the keys: a slider, a list, a curve that is read.
const taken = ({ target, key }) =>
  target.closest?.("input, select, textarea, .attnkit-plot, dialog") ||
  (key === " " && target.closest?.("button, a, summary"));

// On a phone slides are a page, which these keys scroll.
const scrolls = ({ key }) => !one.matches && /^( |Home|End|Page.*|Arrow(Up|Down))$/.test(key);

const onKey = (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || scrolls(event)) return;
  if (event.key === "Escape" && !document.fullscreenElement) document.activeElement.blur();
  if (taken(event) || document.fullscreenElement?.matches(".attnkit-explorable")) return;
  const act = event.shiftKey && event.key === " " ? previous : keys.get(event.key);
  if (!act) return;
  event.preventDefault();
  act();
};

const ICONS = {
  previous: "M10 2 4 8l6 6 1.2-1.2L6.4 8l4.8-4.8z",
  next: "M6 2l6 6-6 6-1.2-1.2L9.6 8 4.8 3.2z",
  overview: "M2 2h5v5H2zM9 2h5v5H9zM2 9h5v5H2zM9 9h5v5H9z",
  dark: "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1m0 1.5v11a5.5 5.5 0 0 1 0-11",
  plan: "M3 2h10v12H3zM5 5v1.2h6V5zm0 2.6v1.2h6V7.6zm0 2.6v1.2h4v-1.2z",
  full_screen: "M2 2h5v1.5H3.5V7H2zM9 2h5v5h-1.5V3.5H9zM2 9h1.5v3.5H7V14H2zM12.5 9H14v5H9v-1.5h3.5z",
};

const button = (name, act) => {
  const title = words[name];
  const node = make("button", { type: "button", title, ariaLabel: title });
  node.innerHTML = `<svg viewBox="0 0 16 16" aria-hidden="true"><path d="${ICONS[name]}"/></svg>`;
  node.addEventListener("click", act);
  return node;
};

const start = async () => {
  root.dataset.theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  back.addEventListener("click", onBack);
  document.body.append(progress, overview, make("nav", { className: "deck-bar" },
    back,
    button("previous", previous),
    button("next", next),
    button("overview", survey),
    button("dark", turnTheme),
    ...(words.plan_page ? [button("plan", showPlan)] : []),
    button("full_screen", turnFull),
    output));
  now = Math.max(0, addressed());
  tell();
  resize();
  addEventListener("keydown", onKey);
  addEventListener("click", onLink);
  addEventListener("hashchange", () => addressed() >= 0 && show(addressed()));
  await window.MathJax?.startup?.promise;
  resize();
  if (addressed() >= 0) show(now);
  addEventListener("resize", resize);
  addEventListener("scroll", onScroll, { passive: true });
  root.dataset.deck = "ready";
};
