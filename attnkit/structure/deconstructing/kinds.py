"""The kinds of layer: each is attention with one part exchanged, and nothing else."""

import math

import torch
from torch import Tensor, nn
from torch.nn.functional import silu

from attnkit.structure.deconstructing.weights import fixed_weights, second_order_weights

__all__ = [
    "Elementwise",
    "Fixed",
    "Nothing",
    "Positional",
    "SecondOrder",
    "Standard",
    "Static",
]


def linear(width: int) -> nn.Linear:
    """A square matrix whose rows have length one in the mean."""
    made = nn.Linear(width, width, bias=False)
    nn.init.normal_(made.weight, std=width**-0.5)
    return made


class Nothing(nn.Module):
    """Adds nothing: the layer is not there."""

    def __init__(self, width: int, n_heads: int, n_tokens: int):
        super().__init__()

    def forward(self, hidden: Tensor, embedded: Tensor) -> Tensor:
        """Zeros of the shape of the states (..., token, width)."""
        return torch.zeros_like(hidden)


class Elementwise(Nothing):
    """A gated layer of the token alone: as many matrices, no other token."""

    def __init__(self, width: int, n_heads: int, n_tokens: int):
        super().__init__(width, n_heads, n_tokens)
        self.gate, self.values, self.output = (linear(width) for _ in range(3))

    def forward(self, hidden: Tensor, embedded: Tensor) -> Tensor:
        """What is added to each state (..., token, width), by that state."""
        return self.output(silu(self.gate(hidden)) * self.values(hidden))


class Reading(Nothing):
    """Reads the values of earlier tokens under weights; what the weights are made of is left."""

    def __init__(self, width: int, n_heads: int, n_tokens: int):
        super().__init__(width, n_heads, n_tokens)
        self.n_heads = n_heads
        self.values, self.output = linear(width), linear(width)

    def scores(self, hidden: Tensor, embedded: Tensor) -> Tensor:
        """(..., head, query, key)."""
        raise NotImplementedError

    def weigh(self, scores: Tensor, mask: Tensor) -> Tensor:
        """Softmax; another map where that is what is exchanged."""
        return scores.masked_fill(~mask, -math.inf).softmax(-1)

    def heads(self, states: Tensor) -> Tensor:
        """(..., token, width) to (..., head, token, feature)."""
        return states.unflatten(-1, (self.n_heads, -1)).transpose(-3, -2)

    def forward(self, hidden: Tensor, embedded: Tensor) -> Tensor:
        """What is added to each state (..., token, width), by it and those before it."""
        n = hidden.shape[-2]
        seen = torch.ones(n, n, dtype=torch.bool, device=hidden.device).tril()
        weights = self.weigh(self.scores(hidden, embedded), seen)
        read = weights @ self.heads(self.values(hidden))
        return self.output(read.transpose(-3, -2).flatten(-2))


class Standard(Reading):
    """Attention: softmax of inner products of queries and keys of the states as they are."""

    def __init__(self, width: int, n_heads: int, n_tokens: int):
        super().__init__(width, n_heads, n_tokens)
        self.queries, self.keys = linear(width), linear(width)

    def scores(self, hidden: Tensor, embedded: Tensor) -> Tensor:
        """Inner products over the root of the width."""
        queries, keys = self.heads(self.queries(hidden)), self.heads(self.keys(hidden))
        return queries @ keys.mT / math.sqrt(queries.shape[-1])


class SecondOrder(Standard):
    """Without the exponential: its first three terms in its place."""

    def weigh(self, scores: Tensor, mask: Tensor) -> Tensor:
        """The second-order map."""
        return second_order_weights(scores, mask=mask)


class Static(Standard):
    """Queries and keys of the embeddings, in whatever layer: nothing read can change a weight."""

    def scores(self, hidden: Tensor, embedded: Tensor) -> Tensor:
        """Standard scores of what entered the first layer."""
        return super().scores(embedded, embedded)


class Positional(Reading):
    """One learned score for each pair of places, whatever stands there."""

    def __init__(self, width: int, n_heads: int, n_tokens: int):
        super().__init__(width, n_heads, n_tokens)
        self.places = nn.Parameter(torch.zeros(n_heads, n_tokens, n_tokens))

    def scores(self, hidden: Tensor, embedded: Tensor) -> Tensor:
        """The learned numbers, for every sequence the same."""
        n = hidden.shape[-2]
        return self.places[:, :n, :n].expand(*hidden.shape[:-2], -1, -1, -1)


class Fixed(Reading):
    """One random score for each pair of places, which nobody ever learns."""

    def __init__(self, width: int, n_heads: int, n_tokens: int):
        super().__init__(width, n_heads, n_tokens)
        seeds, place = torch.randint(2**31, (n_heads,)).tolist(), torch.zeros(n_tokens, n_tokens)
        drawn = torch.stack([fixed_weights(place, seed=seed) for seed in seeds])
        self.register_buffer("logarithms", drawn.log())

    def scores(self, hidden: Tensor, embedded: Tensor) -> Tensor:
        """The drawn numbers, for every sequence the same."""
        n = hidden.shape[-2]
        return self.logarithms[:, :n, :n].expand(*hidden.shape[:-2], -1, -1, -1)
