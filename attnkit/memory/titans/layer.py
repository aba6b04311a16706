"""Titans' memory as a layer: keys, values and gates from tokens, weights that learn in reading."""

from typing import Annotated

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float
from torch import Tensor, nn

from attnkit.arguments import Finite, Range, checked
from attnkit.memory.shared.arguments import MOST_CHUNKED, require_finite_results
from attnkit.memory.titans.chunkwise import neural_memory
from attnkit.memory.titans.network import deep_memory, read_memory
from attnkit.memory.titans.padding import counted
from attnkit.memory.titans.projections import plain_linear, require_tokens
from attnkit.memory.titans.state import NeuralState, at_rest

__all__ = ["TitansMemory"]

Count = Annotated[int, Range(1, 2**16)]
OPENNESS = (-4.0, 0.0, -9.0)  # of rate, momentum, forgetting: before the sigmoid and training


@checked
class TitansMemory(nn.Module):
    r"""A memory of two layers for each head, written and read by the tokens of a sequence.

    .. math::
        q, k &= \frac{\mathrm{silu}(x W)}{|\mathrm{silu}(x W)|}, \quad v = \mathrm{silu}(x W_v), \\
        (C b, \eta, \alpha) &= \sigma(x W_g + c)

    C tokens of a chunk take their gradients at one memory, so the rate is divided by C: like keys
    would push it C times too far. Gates begin equal, and forgetting nearly closed, for it draws
    weights to zero, where two layers have no gradient and never learn again.

    Training learns the projections and the memory at the beginning of every sequence; what
    `neural_memory` does to that memory happens anew in each sequence, and `forward` hands it out.

    Parameters
    ----------
    width : int
        Numbers of a token.
    n_heads, hidden : int
        Memories side by side, which divide the width; and the width of their hidden layers.
    chunk_size : int
        How many tokens take their gradients at one memory.
    generator : torch.Generator
        Where the first weights come from.

    Raises
    ------
    ValueError, TypeError
        For counts that are none, or heads that do not divide the width.

    References
    ----------
    Behrouz et al. 2024, "Titans", sections 3.1 and 4.4; the convolutions after the projections are
    left out, and one rate, momentum and forgetting a head and token is a choice made here.
    """

    def __init__(
        self,
        width: Count,
        n_heads: Count,
        *,
        hidden: Count,
        chunk_size: Annotated[int, Range(1, MOST_CHUNKED)],
        generator: torch.Generator,
    ):
        super().__init__()
        if width % n_heads:
            raise ValueError(f"n_heads must divide the width {width}, got {n_heads}")
        self.n_heads, self.chunk_size, d_head = n_heads, chunk_size, width // n_heads
        drawn = [deep_memory(d_head, hidden, d_head, generator=generator) for _ in range(n_heads)]
        self.first = nn.ParameterList(_parameter(layer) for layer in zip(*drawn, strict=True))
        for name, wide in (
            ("query", width),
            ("key", width),
            ("value", width),
            ("gate", 3 * n_heads),
        ):
            setattr(self, name, plain_linear(width, wide, generator))
        nn.init.zeros_(self.gate.weight)
        self.openness = nn.Parameter(torch.tensor(OPENNESS).repeat_interleave(n_heads))
        self.out = plain_linear(width, width, generator)

    def begin(self, tokens: Float[Tensor, "*batch time width"]) -> NeuralState:
        """The state before the first of these tokens: the memory that training learned."""
        leading = tokens.shape[:-2]
        return at_rest(tuple(w.expand(*leading, *w.shape) for w in self.first))

    def gates(self, tokens: Float[Tensor, "*batch time width"]) -> dict[str, Tensor]:
        """Rate, momentum and forgetting of each token, (..., head, time), between 0 and 1."""
        opened = torch.sigmoid(self.gate(tokens) + self.openness)
        parts = opened.unflatten(-1, (3, self.n_heads)).unbind(-2)
        rate, momentum, forgetting = (part.mT for part in parts)
        return {"rate": rate / self.chunk_size, "momentum": momentum, "forgetting": forgetting}

    @checked
    def retrieve(
        self, tokens: Annotated[Float[Tensor, "*batch time width"], Finite()], state: NeuralState
    ) -> Float[Tensor, "*batch time width"]:
        """What tokens read of the state's memory, which they leave as it is."""
        require_tokens(tokens, self.query)
        queries = self._unit(self.query(tokens))
        read = read_memory(queries.to(state.memory[0]), state.memory)
        return self._joined(read.to(queries), tokens)

    @checked
    def forward(
        self,
        tokens: Float[Tensor, "*batch time width"],
        state: NeuralState | None = None,
        mask: Bool[Tensor, "*batch time"] | None = None,
    ) -> tuple[Float[Tensor, "*batch time width"], NeuralState]:
        """Write token after token, each read after its own write; (..., time, width) and the state.

        Raises
        ------
        ValueError, TypeError
            As `neural_memory`.
        """
        require_tokens(tokens, self.query)
        tokens = counted(tokens, mask)
        gates = self.gates(tokens)
        output, state = neural_memory(
            *(self._unit(project(tokens)) for project in (self.query, self.key)),
            self._by_head(F.silu(self.value(tokens))),
            gates.pop("rate"),
            **gates,
            chunk_size=self.chunk_size,
            initial_state=self.begin(tokens) if state is None else state,
            mask=None if mask is None else self._every_head(mask),
        )
        return self._joined(output, tokens), state

    def _by_head(self, tokens: Tensor) -> Tensor:
        return tokens.unflatten(-1, (self.n_heads, -1)).transpose(-3, -2)

    def _unit(self, projected: Tensor) -> Tensor:
        return F.normalize(self._by_head(F.silu(projected)), dim=-1)

    def _every_head(self, mask: Tensor) -> Tensor:
        return mask[..., None, :].expand(*mask.shape[:-1], self.n_heads, -1)

    def _joined(self, by_head: Tensor, tokens: Tensor) -> Tensor:
        output = self.out(by_head.transpose(-3, -2).flatten(-2))
        require_finite_results({"output": output}, tokens=tokens)
        return output


def _parameter(by_head: tuple[Tensor, ...]) -> nn.Parameter:
    return nn.Parameter(torch.stack(by_head).to(torch.get_default_dtype()))
