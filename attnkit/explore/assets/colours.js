// Colours: from the page's custom properties, so that light and dark are its own.

const PAPER = {
  ink: "#1b2530", quiet: "#515b66", grid: "#dfe3e8", axis: "#9aa3ad", surface: "#ffffff",
};

const coloursOf = (node) => {
  const style = getComputedStyle(node);
  const own = (name) => style.getPropertyValue(`--attnkit-${name}`).trim();
  const look = Object.keys(PAPER).map((name) => [name, own(name) || PAPER[name]]);
  const unit = Number(own("unit")) || 1; // how large everything is drawn
  return { ...Object.fromEntries(look), unit, font: style.fontFamily, tone: remembered(own) };
};

const remembered = (read) => {
  const known = new Map();
  return (name) => {
    if (!known.has(name)) known.set(name, read(name));
    return known.get(name);
  };
};

// What is printed or saved stands on paper, whatever the theme of the page.
const onPaper = (colours) => ({ ...colours, ...PAPER, unit: 1 });

const rgbOf = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));

// 256 colours between evenly spaced stops, as one 32-bit pixel each.
const rampOf = remembered((key) => {
  const colours = key.split(",").map(rgbOf);
  const bytes = new Uint8ClampedArray(4 * 256);
  for (let i = 0; i < 256; i++) {
    const place = (i / 255) * (colours.length - 1);
    const left = Math.min(Math.floor(place), colours.length - 2);
    const mixed = colours[left].map((c, k) => c + (place - left) * (colours[left + 1][k] - c));
    bytes.set([...mixed, 255], 4 * i);
  }
  return new Uint32Array(bytes.buffer);
});

// Tell `act` when the page changes its theme, before the next frame is painted.
const THEME_MARKS = ["class", "style", "theme", "data-theme", "data-mode", "data-jp-theme-light"];

const onTheme = (act) => {
  const watch = new MutationObserver(act);
  for (const node of [document.documentElement, document.body]) {
    watch.observe(node, { attributes: true, attributeFilter: THEME_MARKS });
  }
  const system = matchMedia("(prefers-color-scheme: dark)");
  system.addEventListener("change", act);
  return () => {
    watch.disconnect();
    system.removeEventListener("change", act);
  };
};
