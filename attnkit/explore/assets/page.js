// The page: finds its figures and starts them, keeps the address, follows links, prints.

const figures = new Map();

const start = async (root) => {
  const stored = root.querySelector("script[type='application/json']");
  const { data, arrays, ...spec } = JSON.parse(stored.textContent);
  stored.remove();
  const source = storedSource(spec, await readArrays(arrays, data));
  let timer = 0;
  const keep = () => {
    clearTimeout(timer);
    timer = setTimeout(() => writeAddress(spec.name, settingOf(figure)), 250);
  };
  root.querySelector(".attnkit-still").hidden = true;
  const figure = new Figure(root, spec, source, { onParams: keep });
  figures.set(spec.name, figure);
};

// ---- a link in the prose sets a figure, and offers the way back ---------------------------------

let leftFrom = null;
const back = make("button", { type: "button", class: "attnkit-back", hidden: "" });

const inView = (root) => {
  const shown = root.querySelector(".attnkit-figure").getBoundingClientRect();
  return shown.top >= 0 && shown.top < innerHeight * 0.4;
};

const follow = () => {
  const behavior = wantsCalm() ? "auto" : "smooth";
  for (const figure of figures.values()) {
    // An address of slides says itself which one is shown.
    if (!followAddress(figure) || location.hash.startsWith("#/") || inView(figure.root)) continue;
    figure.root.scrollIntoView({ block: "start", behavior });
    tell(back, `↩ ${figure.words.back_to_text}`);
    back.hidden = !leftFrom;
  }
};

const returnToText = () => {
  back.hidden = true;
  if (!leftFrom) return;
  leftFrom.scrollIntoView({ block: "center" });
  leftFrom.focus({ preventScroll: true });
};

const onLink = (event) => {
  const link = event.target.closest("a.attnkit-set");
  if (!link) return;
  leftFrom = link;
  back.hidden = true;
  // The same link again changes no address, so no event would follow.
  if (link.hash === location.hash) follow();
};

// ---- print --------------------------------------------------------------------------------------

const beforePrint = () => figures.forEach((figure) => {
  const drawing = make("div", { class: "attnkit-print" });
  drawing.innerHTML = new Sheet(figure).asSvg();
  figure.body.before(drawing);
});

const afterPrint = () => figures.forEach(({ root }) => {
  root.querySelectorAll(".attnkit-print").forEach((drawing) => drawing.remove());
});

// What stays in view of a figure must stand clear of the header of the page.
const clearHeader = () => {
  const height = document.querySelector(".bd-header-article")?.offsetHeight ?? 0;
  document.documentElement.style.setProperty("--attnkit-top", `${height}px`);
};

const startAll = async () => {
  if (document.readyState === "loading") return addEventListener("DOMContentLoaded", startAll);
  for (const root of document.querySelectorAll(".attnkit-explorable")) await start(root);
  document.body.append(back);
  clearHeader();
  addEventListener("resize", clearHeader);
  back.addEventListener("click", returnToText);
  addEventListener("click", onLink);
  addEventListener("hashchange", follow);
  addEventListener("beforeprint", beforePrint);
  addEventListener("afterprint", afterPrint);
  if (readAddress().size) follow();
  document.documentElement.dataset.attnkit = "ready";
  return undefined;
};
