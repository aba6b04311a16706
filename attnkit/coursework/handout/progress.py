"""What a grader sees while a class is graded: a bar on a terminal, else a line a notebook."""

import sys
from types import TracebackType

from attnkit.coursework.handout.papers import Paper

__all__ = ["Progress", "say"]


def say(sentence: str) -> None:
    """Print a sentence to the grader, beside what a command writes."""
    print(f"attnkit: {sentence}", file=sys.stderr, flush=True)


class Progress:
    """Counts notebooks, and tells troubles without spoiling the bar.

    Parameters
    ----------
    total : int
        How many there are.
    done : int
        How many of them were graded before.
    """

    def __init__(self, total: int, done: int) -> None:
        self.total, self.done, self.bar = total, done, None

    def __enter__(self) -> "Progress":
        if sys.stderr.isatty():
            from tqdm import tqdm

            self.bar = tqdm(total=self.total, initial=self.done, desc="grading", unit="notebook")
        return self

    def __exit__(
        self, kind: type | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.bar is not None:
            self.bar.close()

    def say(self, sentence: str) -> None:
        """Print a sentence."""
        if self.bar is None:
            say(sentence)
        else:
            self.bar.write(f"attnkit: {sentence}", file=sys.stderr)

    def step(self, paper: Paper) -> None:
        """One more is done."""
        self.done += 1
        if self.bar is None:
            self.say(f"graded {paper.path} ({self.done} of {self.total})")
        else:
            self.bar.update()
        for trouble in paper.troubles:
            self.say(trouble if str(paper.path) in trouble else f"{paper.path}: {trouble}")
