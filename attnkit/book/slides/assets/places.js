// Which slide is shown: its number, its address, and the way back from a link.

// The address keeps the slide beside the setting of figures: #/3;figure?slider=value
const parts = () => location.hash.slice(1).split(";").filter(Boolean);

const addressed = () => {
  const part = parts().find((each) => each.startsWith("/"));
  return part ? Number(part.slice(1)) - 1 : -1;
};

const output = make("output");
const progress = make("div", { className: "deck-progress" });

const tell = () => {
  output.textContent = `${now + 1} / ${slides.length}`;
  progress.style.width = `${(100 * (now + 1)) / slides.length}%`;
};

const keepAddress = () => {
  const settings = parts().filter((each) => each.includes("?"));
  history.replaceState(null, "", `#${[`/${now + 1}`, ...settings].join(";")}`);
};

// Where `show` left the page: a short slide, or one of the last, does not come to the window's top.
let left = -1; // the page's scroll, or -1, once one has scrolled
const show = (place) => {
  now = Math.max(0, Math.min(slides.length - 1, place));
  slides[now].scrollIntoView({ behavior: "instant" });
  left = scrollY;
  tell();
};

const go = (place) => {
  show(place);
  keepAddress();
};

let timer = 0;
const onScroll = () => {
  if (Math.abs(scrollY - left) < 2) return;
  left = -1;
  const line = innerHeight / (one.matches ? 2 : 16);
  const seen = slides.findLastIndex((slide) => slide.getBoundingClientRect().top < line);
  if (seen < 0 || seen === now) return;
  now = seen;
  tell();
  clearTimeout(timer);
  timer = setTimeout(keepAddress, 150);
};

const back = make("button", { type: "button", title: words.return_hint, hidden: true });
let from = 0;

const onLink = (event) => {
  const link = event.target.closest("a[href^='#']");
  if (!link || link.matches(".attnkit-set, .deck-overview a")) return;
  from = now;
  back.textContent = `↩ ${from + 1}`;
  back.hidden = false;
};

const onBack = () => {
  back.hidden = true;
  go(from);
};
