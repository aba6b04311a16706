"""A small causal transformer that looks up pairs, and how even its heads are."""

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn

from attnkit.diagnostics import entropy

__all__ = ["CHANCE", "RecallModel", "draw_lists", "relative_entropies"]

N_PAIRS = 8
CHANCE = math.log(N_PAIRS)
"""Loss of who guesses among the values."""


def draw_lists(n_lists: int, generator: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
    """Keys (list, pair + 1), values (list, pair), and the value asked for (list,).

    Every key stands once; the last token repeats one of them, and asks for its value.
    """
    keys = torch.rand(n_lists, N_PAIRS, generator=generator).argsort(-1)
    values = torch.randint(N_PAIRS, (n_lists, N_PAIRS), generator=generator)
    asked = torch.randint(N_PAIRS, (n_lists, 1), generator=generator)
    return torch.cat([keys, keys.gather(1, asked)], 1), values, values.gather(1, asked).squeeze(1)


class Block(nn.Module):
    """Causal attention and an MLP, each on a residual stream."""

    def __init__(self, width: int, n_heads: int, norm: Callable[[int], nn.Module]):
        super().__init__()
        self.n_heads = n_heads
        self.norms = nn.ModuleList([norm(width), norm(width)])
        self.project = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.mlp = nn.Sequential(
            nn.Linear(width, 2 * width), nn.ReLU(), nn.Linear(2 * width, width)
        )

    def forward(self, stream: Tensor) -> tuple[Tensor, Tensor]:
        """The stream (list, token, width) after it, and the weights (list, head, query, key)."""
        n_lists, n_tokens, width = stream.shape
        parts = self.project(self.norms[0](stream)).view(n_lists, n_tokens, 3, self.n_heads, -1)
        queries, keys, values = parts.movedim(1, 3).unbind(1)
        scores = queries @ keys.mT / math.sqrt(queries.shape[-1])
        ahead = torch.ones(n_tokens, n_tokens, dtype=torch.bool).triu(1)
        weights = scores.masked_fill(ahead, -math.inf).softmax(-1)
        read = (weights @ values).movedim(1, 2).reshape(n_lists, n_tokens, width)
        stream = stream + self.out(read)
        return stream + self.mlp(self.norms[1](stream)), weights


class RecallModel(nn.Module):
    """Blocks on a stream of pairs; the last token's stream names the value asked for.

    `norm` makes what stands before attention and MLP: `nn.LayerNorm`, or `nn.Identity` for none.
    """

    def __init__(
        self, *, n_layers: int, norm: Callable[[int], nn.Module], width: int = 32, n_heads: int = 2
    ):
        super().__init__()
        self.keys = nn.Embedding(N_PAIRS, width)
        self.values = nn.Embedding(N_PAIRS + 1, width)
        self.blocks = nn.ModuleList(Block(width, n_heads, norm) for _ in range(n_layers))
        self.read = nn.Linear(width, N_PAIRS)

    def forward(self, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        """Logits (list, value), and the weights (layer, list, head, query, key)."""
        nothing = torch.full_like(values[:, :1], N_PAIRS)
        stream = self.keys(keys) + self.values(torch.cat([values, nothing], 1))
        found = []
        for block in self.blocks:
            stream, weights = block(stream)
            found.append(weights)
        return self.read(stream[:, -1]), torch.stack(found)


def relative_entropies(weights: Tensor) -> Tensor:
    """Mean entropy over the log of the visible keys, (layer, head), of causal weights."""
    visible = torch.arange(2, weights.shape[-1] + 1).to(weights).log()
    return (entropy(weights)[..., 1:] / visible).mean((1, -1))
