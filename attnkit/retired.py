"""Arguments that have a new name: the old one works for a year, and says what to write instead."""

import functools
import warnings
from collections.abc import Callable

__all__ = ["renamed"]


def renamed(until: str, **names: str) -> Callable[[Callable], Callable]:
    """Take each keyword of `names` under the name it has now.

    Parameters
    ----------
    until : str
        When the old names stop working at the earliest, as the stability page says.
    **names : str
        The old name and the new one: ``renamed("summer 2028", n_samples="sample_sizes")``.
    """

    def decorate(function: Callable) -> Callable:
        @functools.wraps(function)
        def call(*args, **kwargs):
            for old in names.keys() & kwargs.keys():
                told = f"{old} is called {names[old]} now and works until {until} at least"
                warnings.warn(told, DeprecationWarning, stacklevel=2)
                kwargs[names[old]] = kwargs.pop(old)
            return function(*args, **kwargs)

        return call

    return decorate
