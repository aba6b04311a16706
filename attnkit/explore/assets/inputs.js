// The kinds of control: the native input of each, how it is read, and how it takes a value.
//
// A kind that is a number also says how the number is written (`told`).

const digitsOf = (step) => (String(step).split(".")[1] || "").length;

const closest = (grid, value) => {
  const away = grid.map((stored) => Math.abs(stored - value));
  return away.indexOf(Math.min(...away));
};

const options = (grid) => grid.map((value) => make("option", { value }, value));

const listed = ({ grid }) => ({
  node: (id) => make("select", { id }, ...options(grid)),
  read: (input) => input.value,
  write: (input, value) => { if (grid.includes(value)) input.value = value; },
});

const KINDS = {
  choice: listed,
  text: listed,
  // Free text where a kernel answers; the presets are suggestions.
  words: ({ grid }) => ({
    node: (id) => {
      const suggestions = make("datalist", { id: `${id}-list` }, ...options(grid));
      const look = { type: "text", list: suggestions.id, spellcheck: "false", autocomplete: "off" };
      return Object.assign(make("input", { id, ...look }), { suggestions });
    },
    read: (input) => input.value,
    write: (input, value) => { input.value = value; },
  }),
  // Stops at the stored values only.
  steps: ({ grid }) => ({
    node: (id) => make("input", { id, type: "range", min: 0, max: grid.length - 1, step: 1 }),
    read: (input) => grid[Number(input.value)],
    write: (input, value) => { input.value = closest(grid, value); },
    told: String,
    widest: grid,
  }),
  slider: ({ low, high, step }) => ({
    node: (id) => make("input", { id, type: "range", min: low, max: high, step }),
    read: (input) => Number(input.value),
    write: (input, value) => { input.value = value; },
    told: (value) => value.toFixed(digitsOf(step)),
    widest: [low, high],
  }),
};

// Where a kernel answers, a slider stops nowhere and a text is free.
const freed = (control) => {
  if (control.kind === "text") return { ...control, kind: "words" };
  const slides = control.kind === "steps" && control.step !== undefined;
  return slides ? { ...control, kind: "slider" } : control;
};
