// The slides, and a size for each at which it fits.

const root = document.documentElement;
const deck = document.querySelector(".deck");
const slides = [...deck.querySelectorAll(".slide")];
const words = JSON.parse(document.getElementById("deck-words").textContent);
const one = matchMedia("(min-width: 44rem)"); // one slide at a time
let now = 0;

const make = (kind, look = {}, ...inside) => {
  const node = Object.assign(document.createElement(kind), look);
  node.append(...inside);
  return node;
};

const overflows = ({ scrollHeight, clientHeight, scrollWidth, clientWidth }) =>
  scrollHeight > clientHeight + 1 || scrollWidth > clientWidth + 1;

const fit = (slide) => {
  const body = slide.querySelector(".slide-body");
  body.style.fontSize = "";
  if (!one.matches || slide.classList.contains("figure")) return;
  for (let size = 0.95; overflows(body) && size > 0.5; size -= 0.05) body.style.fontSize = `${size}em`;
};

// Figures draw at the size of the slides.
const resize = () => {
  const unit = one.matches ? Math.min(innerHeight, innerWidth * 0.5625) / 640 : 1;
  deck.style.setProperty("--attnkit-unit", unit.toFixed(2));
  slides.forEach(fit);
  if (one.matches) show(now);
};
