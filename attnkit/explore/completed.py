"""`compute` as readers call it: with defaults, and with nothing that a list does not hold."""

from collections.abc import Callable, Sequence
from functools import partial

from attnkit.explore.controls import Control, Slider

__all__ = ["Completed"]


class Completed(partial):
    """`compute` with the default of each control; ValueError for what a list does not hold.

    A slider is not held to its reach: `compute` may know more than the page shows.
    """

    def __new__(cls, compute: Callable, controls: Sequence[Control] = (), /, **defaults: object):
        made = super().__new__(cls, compute, **{c.name: c.default for c in controls}, **defaults)
        made.listed = {each.name: each for each in controls if not isinstance(each, Slider)}
        return made

    def __call__(self, **params: object) -> dict:
        """What `compute` gives for these values and the defaults of the others."""
        chosen = self.listed.keys() & params.keys()
        return super().__call__(**params | {n: self.listed[n].accept(params[n]) for n in chosen})
