// A clock for moves of a figure, the same for one that changes the page and one that paints a canvas.
//
// A figure that paints counts its frames in `data-drawn`; an older one only changes the page. Either
// is a mutation. What changes inside a frame's callbacks is on the screen when that frame ends, what
// changes outside of them when the next one does; a move is over with the last change it caused.
(() => {
  const QUIET = 60; // ms without a change after which a move is over
  let inFrame = false;
  let watched = null;
  const tasks = new MessageChannel();
  const waiting = [];
  tasks.port1.onmessage = () => waiting.shift()();
  const afterThisTask = (act) => { waiting.push(act); tasks.port2.postMessage(0); };

  // Registered anew in every frame, so it is the first of a frame's callbacks.
  const eachFrame = () => {
    inFrame = true;
    afterThisTask(() => { inFrame = false; });
    requestAnimationFrame(eachFrame);
  };
  requestAnimationFrame(eachFrame);

  const onChange = () => {
    const move = watched;
    if (!move) return;
    const change = (move.last = {});
    const ended = () => {
      if (move.last === change) move.took = performance.now() - move.start;
      clearTimeout(move.timer);
      move.timer = setTimeout(move.over, QUIET);
    };
    if (inFrame) afterThisTask(ended);
    else requestAnimationFrame(() => afterThisTask(ended));
  };

  // Watch a figure's panels: `data-drawn` where it has one, else whatever is drawn in it.
  const watch = (figure, drawings) => {
    const painted = figure.hasAttribute("data-drawn");
    const look = painted ? { attributes: true, attributeFilter: ["data-drawn"] }
      : { subtree: true, childList: true, attributes: true };
    const nodes = painted ? [figure] : [...figure.querySelectorAll(drawings)];
    const observer = new MutationObserver(onChange);
    nodes.forEach((node) => observer.observe(node, look));
  };

  // From now on: milliseconds to the end of the frame that shows the last change, or null.
  const begin = (over, patience) => {
    const move = (watched = { start: performance.now(), took: null });
    move.over = () => { watched = null; over(move.took); };
    move.timer = setTimeout(move.over, patience);
  };

  // Swing the i-th slider of a figure to another place.
  const move = (figure, i) => new Promise((over) => {
    const inputs = [...figure.querySelectorAll("input[type=range]")];
    const input = inputs[i % inputs.length];
    const share = (i * 0.381966) % 1;
    input.value = Number(input.min) + share * (input.max - input.min);
    begin(over, 600);
    input.dispatchEvent(new Event("input", { bubbles: true }));
  });

  // The time of the next key that a figure gets.
  const nextKey = (figure) => new Promise((over) => {
    figure.addEventListener("keydown", () => begin(over, 3000), { capture: true, once: true });
  });

  // As long as a move, with nothing to do: what the clock itself costs.
  const rest = () => new Promise((over) => setTimeout(over, QUIET + 20));

  window.clock = { watch, move, nextKey, rest };
})();
