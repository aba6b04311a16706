"""What the book knows of its tasks: in which chapter each stands."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any, ClassVar

from sphinx.domains import Domain

__all__ = ["TaskPlaces"]


class TaskPlaces(Domain):
    """The tasks of a book, page by page."""

    name = "task"
    label = "Tasks"
    data_version = 1
    initial_data: ClassVar = {"pages": {}}

    def note(self, task: str, page: str, label: str, title: str) -> None:
        """Note that a page sets a task, and let prose refer to it by label."""
        self.data["pages"].setdefault(page, []).append(task)
        standard = self.env.get_domain("std")
        standard.anonlabels[label] = page, label
        standard.labels[label] = page, label, title

    def set_on(self, page: str) -> list[str]:
        """The tasks of a page so far."""
        return self.data["pages"].get(page, [])

    def clear_doc(self, docname: str) -> None:
        """Forget a page."""
        self.data["pages"].pop(docname, None)

    def merge_domaindata(self, docnames: set[str], otherdata: dict[str, Any]) -> None:
        """Take over what a parallel reader noted."""
        for page in docnames & set(otherdata["pages"]):
            self.data["pages"][page] = otherdata["pages"][page]

    def resolve_any_xref(self, *_: Any) -> list:
        """Tasks are referred to by their label only."""
        return []

    def problems(self, declared: Iterable[str]) -> Iterator[str]:
        """Say which tasks do not stand in exactly one place."""
        for task in declared:
            pages = [page for page, set_there in self.data["pages"].items() if task in set_there]
            times = sum(set_there.count(task) for set_there in self.data["pages"].values())
            if not times:
                yield f"the task {task!r} is declared, but no chapter sets it"
            elif times > 1:
                where = " and ".join(sorted(pages))
                yield f"the task {task!r} is set {times} times, in {where}, not once"

    def disorder(self, numbers: Mapping[str, str]) -> Iterator[str]:
        """Say which pages set their tasks in another order than the problem set's."""
        for page, found in self.data["pages"].items():
            for one, next_one in pairwise(name for name in found if name in numbers):
                if _place(numbers[one]) > _place(numbers[next_one]):
                    yield (
                        f"{page} sets {one!r} ({numbers[one]}) before {next_one!r} "
                        f"({numbers[next_one]}): order the problem set as the chapters do"
                    )


def _place(number: str) -> list[int]:
    return [int(part) for part in number.split(".")]
