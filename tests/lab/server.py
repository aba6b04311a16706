"""A JupyterLab server on loopback, serving a copy of the notebooks."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import TimeoutError as TooLong

ROOT = Path(__file__).parents[2]
IDLE = "| Idle"  # the status bar, once the kernel has answered
FINISHED = r"""([prompt, before]) =>
  prompt.innerText !== before && /\[\d+\]/.test(prompt.innerText)"""
# The kernel is idle for a moment between two cells too.
STAYS_IDLE = """async () => {
  const idle = () => document.body.innerText.includes("| Idle");
  for (let i = 0; i < 10; i++) {
    if (!idle()) return false;
    await new Promise((done) => setTimeout(done, 100));
  }
  return true;
}"""


@contextmanager
def jupyterlab(folder: Path, clone: Path = ROOT, app: str = "jupyterlab") -> Iterator[str]:
    """Run a clone's JupyterLab in an empty folder until the block ends; gives its address.

    With `app="notebook"` it is Jupyter Notebook.
    """
    shutil.copytree(clone / "notebooks", folder / "notebooks")
    port = free_port()
    config = folder / "config.json"
    config.write_text(json.dumps(_settings(folder / "notebooks", port)))
    environment = os.environ | {
        "PYTHONPATH": str(clone),
        "JUPYTER_CONFIG_DIR": str(folder / "none"),
    }
    environment.pop("ATTNKIT_PAGE", None)
    python = sys.executable if clone == ROOT else clone / ".venv/bin/python"
    command = [python, "-m", app, f"--config={config}"]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            wait_for(f"http://127.0.0.1:{port}/api", folder / "log")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(20)


def open_notebook(tab, address: str, notebook: str) -> None:
    """Open a notebook alone, and wait for its kernel."""
    tab.goto(f"{address}/lab/tree/{notebook}?reset")
    tab.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=90_000)
    tab.get_by_text(IDLE).wait_for(timeout=90_000)


def run_cell(tab, nth: int) -> None:
    """Run one code cell of the open notebook, to its end.

    Without a kernel the keys do nothing, or the cell says for a moment that it runs: they are
    pressed again while it does not say so, and now and then in any case.
    """
    prompt = tab.locator(".jp-CodeCell .jp-InputPrompt").nth(nth)
    arguments = [prompt.element_handle(), prompt.inner_text()]
    for i in range(48):
        if "*" not in prompt.inner_text() or i % 12 == 0:
            tab.locator(".jp-CodeCell .jp-InputArea-editor").nth(nth).click()
            tab.keyboard.press("Control+Enter")
        try:
            tab.wait_for_function(FINISHED, arg=arguments, timeout=5_000)
            return
        except TooLong:
            continue
    raise AssertionError(f"cell {nth} did not run to its end")


def press_run_all(tab) -> None:
    """Ask for every cell of the open notebook, and wait for none."""
    tab.get_by_role("menuitem", name="Run", exact=True).click()
    tab.get_by_role("menuitem", name="Run All Cells", exact=True).click()


def run_all_cells(tab, address: str, notebook: str) -> None:
    """Open a notebook and run it from top to bottom."""
    open_notebook(tab, address, notebook)
    press_run_all(tab)
    tab.locator(".attnkit-explorable[data-drawn]").first.wait_for(timeout=120_000)
    tab.wait_for_function(STAYS_IDLE, timeout=240_000)


def _settings(folder: Path, port: int) -> dict:
    return {
        "ServerApp": {
            "root_dir": str(folder),
            "port": port,
            "port_retries": 0,
            "open_browser": False,
            "allow_root": True,
        },
        "IdentityProvider": {"token": ""},
        "LabApp": {"extension_manager": "readonly", "news_url": None},
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(address: str, log: Path) -> None:
    for _ in range(360):
        try:
            urllib.request.urlopen(address, timeout=2).close()
            return
        except OSError:
            time.sleep(0.25)
    raise TimeoutError(f"JupyterLab did not start:\n{log.read_text()[-3000:]}")
