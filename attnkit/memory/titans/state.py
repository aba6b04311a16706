"""What a neural memory hands from call to call, so that a sequence may be cut anywhere."""

from typing import NamedTuple

import torch
from jaxtyping import Int
from torch import Tensor

from attnkit.arguments import Range, checked
from attnkit.memory.shared.precision import compute_dtype
from attnkit.memory.titans.network import Weights, require_chain
from attnkit.shapes import Scope
from attnkit.validate import require_finite

__all__ = ["NeuralState"]


class NeuralState(NamedTuple):
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
        By what it is handed to, where its parts do not fit one another, or hold NaN or infinity.

    References
    ----------
    Behrouz et al. 2024, "Titans", eqs. 9-14; that the entry belongs to the state is noted here.
    """

    memory: tuple[Tensor, ...]
    velocity: tuple[Tensor, ...]
    entry: tuple[Tensor, ...]
    seen: Int[Tensor, "..."]

    @property
    def parts(self) -> tuple[tuple[Tensor, ...], ...]:
        """Memory, velocity and entry."""
        return self[:3]

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


@checked
def at_rest(memory: Weights) -> NeuralState:
    """Begin with a memory: no velocity, at the start of a chunk.

    Parameters
    ----------
    memory : tuple of Tensor
        The weights (..., in, out) of each layer, the first one first.

    Returns
    -------
    NeuralState
        To be handed to `neural_memory` as its ``initial_state``.

    Raises
    ------
    ValueError, TypeError
        For weights that are not finite floating-point tensors, or do not follow on one another.

    References
    ----------
    Behrouz et al. 2024, "Titans", eq. 10, before the first token.
    """
    require_chain("memory", memory, memory[0].shape[-2] if memory else 0)
    seen = torch.zeros(memory[0].shape[:-2], dtype=torch.int64, device=memory[0].device)
    return NeuralState(memory, tuple(map(torch.zeros_like, memory)), memory, seen)


def state_or_zeros(state: NeuralState | None, keys: Tensor, d_value: int) -> NeuralState:
    """The given state in the dtype to compute in, or a linear memory of zeros, for these keys."""
    dtype, leading = compute_dtype(keys), keys.shape[:-2]
    if state is None:
        return at_rest((keys.new_zeros(*leading, keys.shape[-1], d_value, dtype=dtype),))
    require_chain("initial_state.memory", state.memory, keys.shape[-1])
    shapes = [tuple(w.shape) for w in state.memory]
    for name, part in zip(("memory", "velocity", "entry"), state.parts, strict=True):
        _require_part(f"initial_state.{name}", part, shapes, keys)
    if (shapes[0][:-2], shapes[-1][-1], state.seen.shape) != (leading, d_value, leading):
        raise ValueError(
            f"initial_state must be of sequences {tuple(leading)} and values of width {d_value}, "
            f"got weights {shapes} and seen {tuple(state.seen.shape)}"
        )
    return NeuralState(*(tuple(w.to(dtype) for w in part) for part in state.parts), state.seen)


def _require_part(name: str, part: tuple[Tensor, ...], shapes: list, keys: Tensor) -> None:
    if [tuple(w.shape) for w in part] != shapes:
        raise ValueError(f"{name} must have the shapes {shapes}, got {[*(w.shape for w in part)]}")
    for w in part:
        if not w.is_floating_point() or w.device != keys.device:
            raise TypeError(f"{name} must be floating-point on {keys.device}, got {w.dtype}")
        require_finite(name, w)


def require_place(seen: Tensor, chunk_size: int) -> None:
    """Refuse a state that was left later in its chunk than any chunk of this size goes."""
    Range(0, chunk_size - 1).require("initial_state.seen", seen, Scope())
