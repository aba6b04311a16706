"""The functions that are timed, their inputs, and their peers where those are installed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import torch
import torch.nn.functional as F

from attnkit.densities import ada_splash
from attnkit.memory import delta_rule, linear_attention

__all__ = ["CONTESTS", "Contest", "Sizes"]

Tensors = list[torch.Tensor]


@dataclass(frozen=True)
class Contest:
    """One function against its peers.

    `ours` takes the inputs that `inputs` draws; a peer ("module:name") is called by `calls`, which
    is given the peer and the same inputs, and brings them into the peer's layout before the clock.
    """

    name: str
    function: str
    ours: Callable
    inputs: Callable[["Sizes"], Tensors]
    peers: dict[str, str] = field(default_factory=dict)
    calls: dict[str, Callable] = field(default_factory=dict)


@dataclass(frozen=True)
class Sizes:
    """How long and wide the inputs are, where they lie and in what dtype."""

    n_batch: int
    n_heads: int
    n_tokens: int
    n_features: int
    device: str
    dtype: torch.dtype

    def drawn(self, seed: int) -> torch.Tensor:
        """Standard normal numbers (batch, head, time, feature)."""
        shape = (self.n_batch, self.n_heads, self.n_tokens, self.n_features)
        return torch.randn(*shape, generator=self._source(seed), device=self.device)

    def gate(self, seed: int) -> torch.Tensor:
        """Numbers (batch, head, time) from 0 to 1."""
        shape = (self.n_batch, self.n_heads, self.n_tokens)
        return torch.rand(*shape, generator=self._source(seed), device=self.device)

    def _source(self, seed: int) -> torch.Generator:
        return torch.Generator(self.device).manual_seed(seed)


def _linear(sizes: Sizes) -> Tensors:
    unit = F.normalize(sizes.drawn(1), dim=-1)
    return [t.to(sizes.dtype) for t in (sizes.drawn(0), unit, sizes.drawn(2))]


def _decayed(sizes: Sizes) -> Tensors:
    """The log-decay stays float32, as peers want it."""
    return [*_linear(sizes), -0.1 * sizes.gate(4)]


def _delta(sizes: Sizes) -> Tensors:
    return [*_linear(sizes), sizes.gate(3).to(sizes.dtype)]


def _gated_delta(sizes: Sizes) -> Tensors:
    return [*_delta(sizes), -0.1 * sizes.gate(4)]


def _attention(sizes: Sizes) -> Tensors:
    """Scores of standard deviation two."""
    drawn = (2 * sizes.drawn(0), sizes.drawn(1), sizes.drawn(2))
    return [t.to(sizes.dtype) for t in drawn]


def _time_first(tensors: Tensors) -> Tensors:
    """(batch, time, head, ...), as flash-linear-attention takes them."""
    return [t.transpose(1, 2).contiguous() for t in tensors]


def _fla(names: tuple[str, ...], peer: Callable, **settings) -> Callable:
    """A call of a peer by its arguments' names, for inputs in its layout."""
    return lambda *inputs: peer(**dict(zip(names, inputs, strict=True)), scale=1.0, **settings)[0]


def _fla_call(*names: str, **settings) -> Callable:
    return lambda peer, inputs: (_fla(names, peer, **settings), _time_first(inputs))


def _adasplash_call(alpha: float, is_causal: bool) -> Callable:
    return lambda peer, inputs: (partial(peer, alpha=alpha, is_causal=is_causal), inputs)


def _softmax_call(is_causal: bool) -> Callable:
    return lambda peer, inputs: (partial(peer, is_causal=is_causal), inputs)


SOFTMAX = "torch.nn.functional:scaled_dot_product_attention"


def _entmax(name: str, alpha: float, is_causal: bool) -> Contest:
    return Contest(
        f"{name}, alpha {alpha:g}",
        name,
        lambda *inputs: getattr(ada_splash, name)(*inputs, alpha=alpha),
        _attention,
        {"adasplash": "adasplash:adasplash", "SDPA": SOFTMAX},
        {"adasplash": _adasplash_call(alpha, is_causal), "SDPA": _softmax_call(is_causal)},
    )


CONTESTS = (
    Contest(
        "linear attention",
        "linear_attention",
        lambda q, k, v: linear_attention(q, k, v)[0],
        _linear,
        {"fla": "fla.ops.linear_attn:chunk_linear_attn"},
        {"fla": _fla_call("q", "k", "v", normalize=False)},
    ),
    Contest(
        "delta rule",
        "delta_rule",
        lambda q, k, v, rate: delta_rule(q, k, v, rate)[0],
        _delta,
        {"fla": "fla.ops.delta_rule:chunk_delta_rule"},
        {"fla": _fla_call("q", "k", "v", "beta")},
    ),
    _entmax("entmax_attention", 1.5, False),
    Contest(
        "linear attention, decay",
        "linear_attention",
        lambda q, k, v, decay: linear_attention(q, k, v, log_decay=decay)[0],
        _decayed,
        {"fla": "fla.ops.simple_gla:chunk_simple_gla"},
        {"fla": _fla_call("q", "k", "v", "g")},
    ),
    Contest(
        "delta rule, decay",
        "delta_rule",
        lambda q, k, v, rate, decay: delta_rule(q, k, v, rate, log_decay=decay)[0],
        _gated_delta,
        {"fla": "fla.ops.gated_delta_rule:chunk_gated_delta_rule"},
        {"fla": _fla_call("q", "k", "v", "beta", "g")},
    ),
    _entmax("causal_entmax_attention", 1.5, True),
    _entmax("entmax_attention", 2.0, False),
)
"""In the order of their importance: a run that is cut short has the first."""
