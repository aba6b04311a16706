"""The numbers that rules are made of, each with its range."""

from typing import Annotated

from attnkit.arguments import Range

__all__ = ["Cue", "Rate", "Share", "Trials"]

Rate = Annotated[float, Range(0.0, 2.0)]
"""How much of an error, or of an outcome, one trial writes; above two no error shrinks."""

Share = Annotated[float, Range(0.0, 1.0)]
"""What is kept, tracked or discounted."""

Trials = Annotated[int, Range(0, 10**9)]

Cue = Annotated[float, Range(0.0, 1e6, open=True)]
"""The salience of a cue."""
