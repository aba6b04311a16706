"""What a neural memory hands from call to call, so that a sequence may be cut anywhere."""

from dataclasses import dataclass

import torch
from jaxtyping import Int
from torch import Tensor

from attnkit.arguments import Range, checked
from attnkit.memory.shared.precision import compute_dtype
from attnkit.memory.titans.network import Weights, require_chain
from attnkit.shapes import Scope

__all__ = ["NeuralState"]


@checked
@dataclass(frozen=True)
class NeuralState:
    r"""Memory, velocity, and where the running chunk began.

    Parameters
    ----------
    memory, velocity : tuple of Tensor
        :math:`M_t` and :math:`S_t`, for each layer weights (..., in, out).
    entry : tuple of Tensor
        The memory at the start of the running chunk, at which its gradients are taken.
    seen : Tensor
        Whole numbers (...,): how many tokens of that chunk each sequence has had.

    Raises
    ------
    ValueError, TypeError
        For weights with NaN or infinity, and three parts that are not of the same shapes.

    References
    ----------
    Behrouz et al. 2024, "Titans", eqs. 9-14; that the entry belongs to the state is noted here.
    """

    memory: Weights
    velocity: Weights
    entry: Weights
    seen: Int[Tensor, "..."]

    def __post_init__(self):
        shapes = [[tuple(w.shape) for w in part] for part in self.parts]
        if shapes[0] != shapes[1] or shapes[0] != shapes[2] or not shapes[0]:
            raise ValueError(f"memory, velocity and entry must have the same layers, got {shapes}")

    @property
    def parts(self) -> tuple[Weights, Weights, Weights]:
        """Memory, velocity and entry."""
        return self.memory, self.velocity, self.entry

    @classmethod
    def of(cls, memory: Weights) -> "NeuralState":
        """A memory at rest, at the start of a chunk."""
        seen = torch.zeros(memory[0].shape[:-2], dtype=torch.int64, device=memory[0].device)
        return cls(memory, tuple(map(torch.zeros_like, memory)), memory, seen)

    def numel(self) -> int:
        """How many numbers are kept."""
        return sum(w.numel() for part in self.parts for w in part) + self.seen.numel()

    def detach(self) -> "NeuralState":
        """The same numbers, off the graph: for training on pieces of a long sequence."""
        return NeuralState(*(tuple(w.detach() for w in part) for part in self.parts), self.seen)

    def with_rows(self, parts: list[list[Tensor]], seen: Tensor) -> "NeuralState":
        """Other numbers in the same shapes, from weights whose leading dimensions are one."""
        shapes = [w.shape for w in self.memory]
        shaped = (tuple(w.reshape(s) for w, s in zip(p, shapes, strict=True)) for p in parts)
        return NeuralState(*shaped, seen)

    def named(self) -> dict[str, Tensor]:
        """Memory and velocity of each layer by a name, for messages."""
        both = {"memory": self.memory, "velocity": self.velocity}
        return {f"{name} {i}": w for name, part in both.items() for i, w in enumerate(part, 1)}


def state_or_zeros(state: NeuralState | None, keys: Tensor, d_value: int) -> NeuralState:
    """The given state in the dtype to compute in, or a linear memory of zeros, for these keys."""
    dtype, leading = compute_dtype(keys), keys.shape[:-2]
    if state is None:
        return NeuralState.of((keys.new_zeros(*leading, keys.shape[-1], d_value, dtype=dtype),))
    require_chain("initial_state.memory", state.memory, keys.shape[-1])
    given, width = state.memory[0].shape[:-2], state.memory[-1].shape[-1]
    if (given, width, state.seen.shape) != (leading, d_value, leading):
        raise ValueError(
            f"initial_state must be of sequences {tuple(leading)} and values of width {d_value}, "
            f"got {tuple(given)} and {width}"
        )
    if state.seen.device != keys.device:
        raise TypeError(f"initial_state must be on {keys.device} like keys")
    return NeuralState(*(tuple(w.to(dtype) for w in part) for part in state.parts), state.seen)


def require_place(seen: Tensor, chunk_size: int) -> None:
    """Refuse a state that was left later in its chunk than any chunk of this size goes."""
    Range(0, chunk_size - 1).require("initial_state.seen", seen, Scope())
