"""Two causal layers without positions that learn to average what follows a separator."""

import math
from typing import NamedTuple

import torch
from torch import Tensor, nn

from attnkit.densities import softmax

__all__ = ["Batch", "TwoLayers", "draw", "train"]

N_TOKENS, N_CONTENT, WIDTH = 16, 8, 24


class Batch(NamedTuple):
    """Tokens (sequence, token, feature), what is wanted, and where: after the separator."""

    tokens: Tensor
    wanted: Tensor
    after: Tensor


def draw(n_sequences: int, generator: torch.Generator) -> Batch:
    """Normal contents; the separator, without content, stands at any place but the last three."""
    contents = torch.randn(n_sequences, N_TOKENS, N_CONTENT, generator=generator)
    place = torch.randint(1, N_TOKENS - 3, (n_sequences, 1), generator=generator)
    at = torch.arange(N_TOKENS).expand(n_sequences, -1)
    marks, after = at == place, at > place
    contents = contents.masked_fill(marks[..., None], 0.0)
    total = (contents * after[..., None]).cumsum(1)
    wanted = total / after.cumsum(1).clamp_min(1)[..., None]
    return Batch(torch.cat([contents, marks[..., None].float()], -1), wanted, after)


class TwoLayers(nn.Module):
    """Embedding, two heads one after the other on a residual stream, and a readout."""

    def __init__(self, generator: torch.Generator):
        super().__init__()

        def matrix(n_in: int, n_out: int) -> nn.Parameter:
            drawn = torch.randn(n_in, n_out, generator=generator)
            return nn.Parameter(drawn / math.sqrt(n_in))

        self.embed = matrix(N_CONTENT + 1, WIDTH)
        self.layers = nn.ModuleList(
            nn.ParameterDict({name: matrix(WIDTH, WIDTH) for name in ("query", "key", "value")})
            for _ in range(2)
        )
        self.readout = matrix(WIDTH, N_CONTENT)

    def weights(self, layer: int, states: Tensor) -> Tensor:
        """The causal map (sequence, query, key) of a layer."""
        matrices, n = self.layers[layer], states.shape[-2]
        scores = (states @ matrices["query"]) @ (states @ matrices["key"]).mT / math.sqrt(WIDTH)
        return softmax(scores, mask=torch.ones(n, n, dtype=torch.bool).tril())

    def after(self, layer: int, states: Tensor) -> Tensor:
        """The states that a layer hands on."""
        read = self.weights(layer, states) @ states @ self.layers[layer]["value"]
        return states + read

    def forward(self, tokens: Tensor, removed: Tensor | None = None) -> Tensor:
        """Contents (sequence, token, channel); a unit direction may be removed between layers."""
        states = self.after(0, tokens @ self.embed)
        if removed is not None:
            states = states - (states @ removed)[..., None] * removed
        return self.after(1, states) @ self.readout


def loss(output: Tensor, batch: Batch) -> Tensor:
    """Mean squared error of the tokens after the separator."""
    return (output - batch.wanted).square()[batch.after].mean()


def train(model: TwoLayers, n_steps: int, generator: torch.Generator) -> None:
    """Adam, every step on 64 new sequences."""
    optimiser = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(n_steps):
        batch = draw(64, generator)
        found = loss(model(batch.tokens), batch)
        optimiser.zero_grad()
        found.backward()
        optimiser.step()
