"""How fast figures answer, beside an older build: on the page, and in JupyterLab.

Needs the built book (`make book`), Chromium, and for the comparison a clone at another commit with
its site built and its environment in `.venv` (`make book` there; without --old only this one).

    .venv/bin/python benchmarks/latency.py --old ../older-clone

Frame: from the input event to the end of the frame that shows the last change, waiting included.
Main: processor time of the page's main thread for one move, from the browser's own counters, less
what the clock itself costs.
"""

import argparse
import os
import re
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from attnkit.explore import gallery
from tests.browser import chromium
from tests.lab.server import STAYS_IDLE, jupyterlab, open_notebook, press_run_all

HERE = Path(__file__).parents[1]
CLOCK = (Path(__file__).parent / "clock.js").read_text()
NOTEBOOK = "01_where_attention_looks.ipynb"
READY = "document.documentElement.dataset.attnkit === 'ready'"
FIGURES = ".attnkit-explorable, .attnkit-live"
PANELS = ".attnkit-panel, .js-plotly-plot"
DRAWN = ".attnkit-explorable[data-drawn], .attnkit-live .main-svg"
SCRIPTS = {"explorable.js", "explorable.css", "plotly.min.js"}
FIGURE_SCRIPTS = re.compile(r"_static/attnkit/(explorable|plotly)")
N_TOGETHER = 4


class Site:
    """The built pages of a clone."""

    def __init__(self, clone: Path):
        self.folder = clone / "book/_build/html"
        pages = [*self.folder.glob("book/**/*.html"), *self.folder.glob("notebooks/*.html")]
        self.pages = {page: page.read_text(errors="replace") for page in sorted(pages)}

    def page_of(self, name: str) -> Path | None:
        """A page that shows a figure."""
        mark = f'data-name="{name}"'
        return next((page for page, text in self.pages.items() if mark in text), None)

    def page_with(self, names: list[str], count: int) -> Path:
        """The first page that shows so many figures."""
        marks = [f'data-name="{name}"' for name in names]
        return next(p for p, text in self.pages.items() if sum(m in text for m in marks) >= count)

    def script_bytes(self) -> int:
        """What the figures' scripts and styles weigh that pages ask for, without compression."""
        text = "".join(self.pages.values())
        asked = [f"_static/attnkit/{name}" for name in SCRIPTS]
        return sum((self.folder / path).stat().st_size for path in asked if path in text)


def move_figure(browser, page: Path, name: str, n_moves: int) -> dict[str, np.ndarray]:
    """Milliseconds to the frame, and of the main thread, for each move that changed a panel."""
    tab = browser.new_page(viewport={"width": 1280, "height": 900})
    tab.add_init_script(CLOCK)
    tab.goto(page.as_uri())
    tab.wait_for_function(READY, timeout=120_000)
    root = tab.query_selector(f'[data-name="{name}"]')
    root.scroll_into_view_if_needed()
    tab.evaluate("([root, panels]) => clock.watch(root, panels)", [root, PANELS])
    counters = tab.context.new_cdp_session(tab)
    counters.send("Performance.enable", {"timeDomain": "threadTicks"})
    move, rest = "([root, i]) => clock.move(root, i)", "() => clock.rest()"
    rested = [_busy(counters, lambda: tab.evaluate(rest))[1] for _ in range(10)]
    moved = [_busy(counters, lambda i=i: tab.evaluate(move, [root, i])) for i in range(n_moves)]
    tab.close()
    shown = np.array([(frame, main) for frame, main in moved if frame is not None])
    return {"frame": shown[:, 0], "main": np.maximum(0, shown[:, 1] - np.median(rested))}


def _busy(counters, act) -> tuple[float | None, float]:
    """What an act gives, and the milliseconds of processor time it took the main thread."""

    def spent():
        metrics = counters.send("Performance.getMetrics")["metrics"]
        return next(m["value"] for m in metrics if m["name"] == "TaskDuration")

    before = spent()
    return act(), 1000 * (spent() - before)


def memory(page: Path) -> dict[str, float]:
    """Megabytes of a page: of its scripts' objects, and of the process that shows it.

    The figures' share is what is missing when their scripts are kept from the page.
    """
    whole, without = (
        _used(page),
        _used(page, blocked=re.compile(r"_static/attnkit/(explorable|plotly)")),
    )
    share = {f"{kind}, the figures' share": whole[kind] - without[kind] for kind in whole}
    return whole | share


def _used(page: Path, blocked: re.Pattern | None = None) -> dict[str, float]:
    with chromium() as browser:
        tab = browser.new_page()
        if blocked:
            tab.route(blocked, lambda route: route.abort())
        tab.goto(page.as_uri())
        tab.evaluate("window.MathJax?.startup?.promise.then(() => null)")
        if not blocked:
            tab.wait_for_function(READY, timeout=120_000)
        counters = tab.context.new_cdp_session(tab)
        counters.send("HeapProfiler.collectGarbage")
        heap = counters.send("Runtime.getHeapUsage")["usedSize"] / 1e6
        found = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
        process = max(_private(p["id"]) for p in found if p["type"] == "renderer")
        return {"heap": heap, "process": process}


def _private(process: int) -> float:
    rolled = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in rolled if line.startswith("Private")) / 1e3


def in_lab(browser, clone: Path, n_moves: int) -> dict[str, np.ndarray]:
    """Milliseconds from Run All to the first figure, and from a key to the changed panel."""
    with tempfile.TemporaryDirectory() as folder, jupyterlab(Path(folder), clone) as address:
        tab = browser.new_page(viewport={"width": 1400, "height": 1000})
        tab.add_init_script(CLOCK)
        open_notebook(tab, address, NOTEBOOK)
        start = time.perf_counter()
        press_run_all(tab)
        tab.locator(DRAWN).first.wait_for(timeout=300_000)
        first = time.perf_counter() - start
        tab.wait_for_function(STAYS_IDLE, timeout=300_000)
        figure = tab.locator(FIGURES).first
        handle = figure.locator(".noUi-handle, input[type=range]").first
        handle.scroll_into_view_if_needed()
        node = figure.element_handle()
        tab.evaluate("([node, panels]) => clock.watch(node, panels)", [node, PANELS])
        while _key(tab, node, handle, 0) is None or _key(tab, node, handle, 10) is None:
            pass  # the kernel still runs the rest of the notebook
        keys = [_key(tab, node, handle, i) for i in range(n_moves)]
        tab.close()
    return {"first": np.array([1000 * first]), "key": np.array([k for k in keys if k is not None])}


def _key(tab, node, handle, i: int) -> float | None:
    tab.evaluate("node => { window.answered = clock.nextKey(node); }", node)
    handle.press("ArrowRight" if i % 20 < 10 else "ArrowLeft")
    return tab.evaluate("window.answered")


def row(what: str, unit: str, old: float | None, new: float) -> float | None:
    """Print one line; gives new as a share of old."""
    ratio = new / old if old else None
    told = f"{old:9.1f} {new:9.1f} {ratio:7.2f}" if old else f"{'-':>9s} {new:9.1f} {'-':>7s}"
    print(f"{what:44s} {told}  {unit}", flush=True)
    return ratio


def compare(what: str, old: np.ndarray | None, new: np.ndarray) -> float | None:
    """Print median and 95th percentile; gives the ratio of the latter."""
    earlier = None if old is None else np.percentile(old, [50, 95])
    row(f"{what}, median", "ms", earlier[0] if earlier is not None else None, np.median(new))
    late = np.percentile(new, 95)
    return row(f"{what}, p95", "ms", earlier[1] if earlier is not None else None, late)


def compare_pages(browser, old: Site | None, new: Site, names: list[str], n_moves: int) -> None:
    """Every figure on its page, old and new in turn."""
    ratios: dict[str, list[float]] = {"frame": [], "main": []}
    for name in names:
        sites = {"old": old, "new": new}
        pages = {which: site.page_of(name) for which, site in sites.items() if site}
        took = {w: move_figure(browser, p, name, n_moves) for w, p in pages.items() if p}
        for kind, found in ratios.items():
            earlier = took["old"][kind] if "old" in took else None
            ratio = compare(f"{name} {kind}", earlier, took["new"][kind])
            found += [ratio] if ratio else []
    for kind, found in ratios.items():
        if found:
            print(f"{kind} p95, new/old: median {np.median(found):.3f}, worst {max(found):.3f}")


def compare_weight(old: Site | None, new: Site) -> None:
    """Scripts and styles, and the memory of a page with several figures."""
    sites = [site for site in (old, new) if site]
    kilobytes = [site.script_bytes() / 1e3 for site in sites]
    row("scripts and styles of the figures", "kB", kilobytes[0] if old else None, kilobytes[-1])
    used = [memory(site.page_with(list(gallery()), N_TOGETHER)) for site in sites]
    for kind in used[-1]:
        what = f"page with {N_TOGETHER} figures: {kind}"
        row(what, "MB", used[0][kind] if old else None, used[-1][kind])


def compare_labs(browser, old: Path | None, new: Path, n_moves: int) -> None:
    """The first notebook in JupyterLab."""
    took = {w: in_lab(browser, c, n_moves) for w, c in (("old", old), ("new", new)) if c}
    for kind, what in (("first", "JupyterLab: Run All to first figure"), ("key", "JupyterLab key")):
        compare(what, took["old"][kind] if old else None, took["new"][kind])


def main() -> None:
    """Print old, new and ratio of everything."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--old", type=Path, help="a clone at an older commit, its site built")
    parser.add_argument(
        "--new", type=Path, default=HERE, help="the clone to judge, by default this"
    )
    parser.add_argument("--moves", type=int, default=60)
    parser.add_argument("--figures", nargs="*", default=list(gallery()))
    parser.add_argument("--only", choices=["pages", "weight", "lab"], nargs="*")
    asked = parser.parse_args()
    parts = asked.only or ["pages", "weight", "lab"]
    old = asked.old.resolve() if asked.old else None
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start")
    print(f"{'':44s} {'old':>9s} {'new':>9s} {'ratio':>7s}")
    sites = (Site(old) if old else None, Site(asked.new)) if set(parts) - {"lab"} else ()
    with chromium() as browser:
        if "pages" in parts:
            compare_pages(browser, *sites, asked.figures, asked.moves)
        if "lab" in parts:
            compare_labs(browser, old, asked.new.resolve(), asked.moves)
    if "weight" in parts:
        compare_weight(*sites)
    print(f"load {os.getloadavg()[0]:.1f} at the end")


if __name__ == "__main__":
    main()
