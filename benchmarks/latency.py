"""How fast the figures answer: repaint on the static page, update in JupyterLab.

Needs the built book (`make book`) and Chromium. Times are from the slider's key to the frame in
which the figure is repainted, waiting for that frame included.

    .venv/bin/python benchmarks/latency.py
"""

import sys
import tempfile
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from attnkit.explore import gallery
from tests.browser import chromium
from tests.lab.server import jupyterlab, run_all_cells

SITE = Path(__file__).parents[1] / "book/_build/html"
N_MOVES = 60
PAGE_BUDGET_MS, LAB_BUDGET_MS = 50.0, 120.0
NOTEBOOK = "01_where_attention_looks.ipynb"

# Swings the sliders from end to end and times each input event to the end of the frame that shows
# the last change of the drawing: a figure may need one frame to compute and one to draw.
REPAINT = """async ([root, n]) => {
  const inputs = [...root.querySelectorAll("input[type=range]")];
  const times = [];
  let start, last;
  new MutationObserver(() => {
    const change = (last = {});
    requestAnimationFrame(() => setTimeout(() => {
      if (change === last) times[times.length - 1] = performance.now() - start;
    }));
  }).observe(root, { subtree: true, childList: true, attributes: true });
  for (let i = 0; i < n; i++) {
    const input = inputs[i % inputs.length];
    const share = (i * 0.381966) % 1;
    input.value = Number(input.min) + share * (input.max - input.min);
    times.push(NaN);
    start = performance.now();
    input.dispatchEvent(new Event("input", { bubbles: true }));
    await new Promise((done) => setTimeout(done, 250));
  }
  return times.filter((time) => !Number.isNaN(time));
}"""

WATCH = """([figure]) => {
  window.updates = [];
  let start = null;
  figure.addEventListener("keydown", () => { start = performance.now(); }, true);
  const watch = new MutationObserver(() => {
    if (start === null) return;
    const began = start;
    start = null;
    requestAnimationFrame(() => setTimeout(() => updates.push(performance.now() - began)));
  });
  // The panels alone: the slider's own handle moves at once.
  for (const panel of figure.querySelectorAll(".js-plotly-plot")) {
    watch.observe(panel, { subtree: true, childList: true, attributes: true,
                           attributeFilter: ["d", "transform", "points"] });
  }
}"""


def report(name: str, times: list[float], budget: float) -> None:
    """One line: median, 95th percentile, and whether that is within budget."""
    middle, late = np.percentile(times, [50, 95])
    verdict = "within" if late <= budget else "OVER"
    print(f"{name:34s} {middle:8.1f} {late:8.1f}   {verdict} {budget:.0f} ms  (n={len(times)})")


def time_pages(browser) -> None:
    """Repaint times of every figure on the built pages."""
    pages = sorted(SITE.glob("book/**/*.html"))
    for name in gallery():
        page = next(p for p in pages if f'data-name="{name}"' in p.read_text())
        tab = browser.new_page()
        tab.goto(page.as_uri())
        tab.wait_for_function("document.documentElement.dataset.attnkit === 'ready'")
        root = tab.query_selector(f'[data-name="{name}"]')
        root.scroll_into_view_if_needed()
        report(f"page  {name}", tab.evaluate(REPAINT, [root, N_MOVES]), PAGE_BUDGET_MS)
        tab.close()


def time_lab(browser) -> None:
    """Update times of every figure of the first notebook in a real JupyterLab."""
    with tempfile.TemporaryDirectory() as folder, jupyterlab(Path(folder)) as address:
        tab = browser.new_page(viewport={"width": 1400, "height": 1000})
        run_all_cells(tab, address, NOTEBOOK)
        for i, figure in enumerate(tab.locator(".attnkit-live").all()):
            handle = figure.locator(".noUi-handle").first
            handle.scroll_into_view_if_needed()
            tab.evaluate(WATCH, [figure.element_handle()])
            for k in range(N_MOVES):
                handle.press("ArrowRight" if k % 20 < 10 else "ArrowLeft")
                tab.wait_for_timeout(250)
            report(f"lab   figure {i + 1} of the notebook", tab.evaluate("updates"), LAB_BUDGET_MS)


def main() -> None:
    """Print both tables."""
    print(f"{'figure':34s} {'median':>8s} {'p95':>8s}   budget")
    with chromium() as browser:
        time_pages(browser)
        time_lab(browser)


if __name__ == "__main__":
    main()
