"""A mechanism as the suite meets it: a map of scores, or a map of tokens; both give weights."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from attnkit.cards.cases import Case
from attnkit.cards.tokens import tensors_of
from attnkit.readout import read

__all__ = ["Mechanism", "ScoreMap", "TokenMap"]


@dataclass(frozen=True)
class ScoreMap:
    """Scores (..., key) to weights (..., key).

    Parameters
    ----------
    name : str
        What it is called in the matrix.
    function : callable
        `function(scores, mask=mask, **settings)`; with the support "sampled" it takes a
        `generator` too.
    laws : mapping
        What is declared for each law of `attnkit.cards.LAWS`.
    settings : mapping
        Keywords of every call.
    forms : mapping
        Functions by name that must agree with it.

    Raises
    ------
    TypeError
        By `weights` and `of_scores`, if the function does not take scores and a mask.

    Notes
    -----
    Defined here.
    """

    name: str
    function: Callable
    laws: Mapping[str, Any]
    settings: Mapping[str, Any] = field(default_factory=dict)
    forms: Mapping[str, Callable] = field(default_factory=dict)
    positive = False

    def weights(self, case: Case, *, draw: int = 0) -> Tensor:
        """Weights (query, key) of a case."""
        return self.of_scores(scores(case), mask=case.mask, draw=draw)

    def of_scores(self, scores: Tensor, *, mask: Tensor | None = None, draw: int = 0) -> Tensor:
        """Weights of scores."""
        return self.function(scores, mask=mask, **self.settings, **_chance(self.laws, draw))

    def tokens_read(self, queries: Tensor, keys: Tensor, values: Tensor) -> tuple[Tensor, int]:
        """What queries read, and how many numbers it must keep for the next token."""
        context = read(queries, keys, values, lambda scores, mask: self.of_scores(scores))
        return context, keys.numel() + values.numel()


@dataclass(frozen=True)
class TokenMap:
    """Queries, keys and values (..., time, feature) to what is read, token after token.

    Parameters
    ----------
    name, laws, settings, forms
        As in `ScoreMap`.
    function : callable
        `function(queries, keys, values, **gates, **settings) -> output` or `(output, state)`,
        linear in the values; it takes `mask` (..., time) too, and a `generator` with the support
        "sampled". With forms it takes the state as `initial_state`, and so do they; a state is a
        tensor, or several in a tuple or by name.
    gates : mapping
        For each gate (..., time) the lowest and the highest number the suite may draw.
    positive : bool
        Whether queries and keys must be positive.

    Raises
    ------
    TypeError
        By `weights` and `tokens_read`, if the function does not take tokens, gates and a mask.

    Notes
    -----
    Defined here. Weights are read off values that are one at one key each, as it is linear in them.
    """

    name: str
    function: Callable
    laws: Mapping[str, Any]
    settings: Mapping[str, Any] = field(default_factory=dict)
    forms: Mapping[str, Callable] = field(default_factory=dict)
    gates: Mapping[str, Sequence[float]] = field(default_factory=dict)
    positive: bool = False

    def weights(self, case: Case, *, draw: int = 0) -> Tensor:
        """Weights (query, key) of a case: what is read of values that are one at one key each.

        The queries stand at the keys' places in turn, each once at the last, where it is read.
        """
        n_queries, n_keys = len(case.queries), len(case.keys)
        before = torch.arange(n_keys - 1, -1, -1)
        queries = case.queries[(torch.arange(n_queries)[:, None] + before) % n_queries]
        keys = case.keys.expand(n_queries, -1, -1)
        values = torch.eye(n_keys, dtype=keys.dtype).expand(n_queries, -1, -1)
        named = self.gates_of(case.chances.expand(n_queries, -1, -1)) | _chance(self.laws, draw)
        if case.mask is not None:
            named["mask"] = case.mask.expand(n_queries, -1)
        output, _ = self.run(self.function, queries, keys, values, named)
        return output[:, -1]

    def gates_of(self, chances: Tensor) -> dict[str, Tensor]:
        """Each gate between its ends, from numbers (..., time, gate) between 0 and 1."""
        ends = self.gates.items()
        return {
            name: low + (high - low) * chances[..., i] for i, (name, (low, high)) in enumerate(ends)
        }

    def run(self, function: Callable, queries: Tensor, keys: Tensor, values: Tensor, named: dict):
        """Output and state of one of its forms; the state may be None."""
        result = function(queries, keys, values, **named, **self.settings)
        return result if isinstance(result, tuple) else (result, None)

    def tokens_read(self, queries: Tensor, keys: Tensor, values: Tensor) -> tuple[Tensor, int]:
        """What queries read, and how many numbers it must keep for the next token."""
        chances = torch.full((*keys.shape[:-1], len(self.gates)), 0.5, dtype=keys.dtype)
        named = self.gates_of(chances) | _chance(self.laws, 0)
        output, state = self.run(self.function, queries, keys, values, named)
        kept = [keys, values] if state is None else tensors_of(state)
        return output, sum(tensor.numel() for tensor in kept)


Mechanism = ScoreMap | TokenMap


def _chance(laws: Mapping[str, Any], draw: int) -> dict[str, torch.Generator]:
    """The generator of a draw, for what is declared to be sampled."""
    sampled = laws.get("support") == "sampled"
    return {"generator": torch.Generator().manual_seed(draw)} if sampled else {}


def scores(case: Case) -> Tensor:
    """Scores (query, key): inner products over the root of the width."""
    return case.queries @ case.keys.mT / math.sqrt(case.keys.shape[-1])
