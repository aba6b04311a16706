"""What a run found, written down as it comes, so that an interrupted run keeps what it has."""

import json
from pathlib import Path

__all__ = ["Record"]


class Record:
    """`gpu.json` with all that was measured, `recorded.json` with what has passed.

    Kernels of other architectures, and those that this run did not judge, keep what they had.
    """

    def __init__(self, results: Path, recorded: Path, architecture: str):
        self._results, self._recorded = results, recorded
        self._architecture = architecture
        before = json.loads(recorded.read_text(encoding="utf-8")) if recorded.exists() else {}
        self._passed: dict[str, list[str]] = before.get("passed", {})
        self._found: dict = {}

    def keep(self, **found: object) -> None:
        """Add to what was found, and write it."""
        self._found |= found
        self._write()

    def judge(self, passed: dict[str, bool]) -> None:
        """Note which kernels passed and which did not, and write it."""
        before = set(self._passed.get(self._architecture, []))
        after = before - set(passed) | {name for name, well in passed.items() if well}
        others = {a: names for a, names in self._passed.items() if a != self._architecture}
        self._passed = others | ({self._architecture: sorted(after)} if after else {})
        self._write()

    def _write(self) -> None:
        passed = {"passed": dict(sorted(self._passed.items()))}
        for path, content in ((self._results, passed | self._found), (self._recorded, passed)):
            path.parent.mkdir(parents=True, exist_ok=True)
            beside = path.with_suffix(".new")
            beside.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
            beside.replace(path)
