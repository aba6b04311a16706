"""Rules with a name, each as its four choices."""

from typing import Annotated

from attnkit.arguments import Range, checked
from attnkit.memory.miras.losses import DotProduct, HuberError, PowerError, SquaredError
from attnkit.memory.miras.optimisers import GradientStep, Momentum
from attnkit.memory.miras.retentions import Decay, KLRetention, LqRetention
from attnkit.memory.miras.rule import Rule
from attnkit.memory.miras.structures import LinearMemory, Structure

__all__ = ["DELTA", "HEBB", "memora", "moneta", "titans", "yaad"]

HEBB = Rule(LinearMemory(), DotProduct(), Decay(), GradientStep())
"""Linear attention; with forgetting, gated linear attention."""

DELTA = Rule(LinearMemory(), SquaredError(), Decay(), GradientStep())
"""The delta rule; with forgetting, one whose error is taken before anything is forgotten."""


@checked
def titans(memory: Structure, momentum: Annotated[float, Range(0.0, 1.0)] = 0.9) -> Rule:
    """Compose Titans: any memory, the squared error, decay, and momentum.

    Weights are (..., in, out) a layer.

    Raises
    ------
    ValueError, TypeError
        For a momentum outside [0, 1], or no memory.

    References
    ----------
    Behrouz et al. 2024, "Titans", eqs. 9-14.
    """
    return Rule(memory, SquaredError(), Decay(), Momentum(momentum))


@checked
def moneta(
    memory: Structure,
    p: Annotated[float, Range(1.0, 16.0)] = 3.0,
    q: Annotated[float, Range(2.0, 16.0)] = 4.0,
) -> Rule:
    r"""Compose Moneta: the p-th power of the error, and a norm's retention.

    .. math:: \psi_i \propto \operatorname{sign}(e_i)|e_i|^{p-1}, \qquad
        W = \operatorname{sign}(A)|A|^{q-1} / \lVert A \rVert_q^{q-2}

    Weights are (..., in, out) a layer.

    Raises
    ------
    ValueError, TypeError
        For a p or a q out of range, or no memory.

    References
    ----------
    Behrouz et al. 2025, arXiv:2504.13173, eqs. 24-25; see `LqRetention` for the power.
    """
    return Rule(memory, PowerError(p), LqRetention(q), GradientStep())


@checked
def yaad(memory: Structure, delta: Annotated[float, Range(0.0, 1e30, open=True)] = 1.0) -> Rule:
    r"""Compose Yaad: Huber's loss and decay.

    .. math:: \psi = e \min(1, \delta / |e|), \qquad W = A

    Weights are (..., in, out) a layer.

    Raises
    ------
    ValueError, TypeError
        For a delta that is not above 0, or no memory.

    References
    ----------
    Behrouz et al. 2025, arXiv:2504.13173, eq. 15 for the loss; there delta depends on the token.
    """
    return Rule(memory, HuberError(delta), Decay(), GradientStep())


@checked
def memora(memory: Structure, total: Annotated[float, Range(0.0, 1e30, open=True)] = 1.0) -> Rule:
    r"""Compose Memora: the squared error, and rows that stay distributions.

    .. math:: \psi = e, \qquad W = \mathrm{total} \cdot \operatorname{softmax}(A)

    Weights are (..., in, out) a layer.

    Raises
    ------
    ValueError, TypeError
        For a total that is not above 0, or no memory.

    References
    ----------
    Behrouz et al. 2025, arXiv:2504.13173, eq. 21.
    """
    return Rule(memory, SquaredError(), KLRetention(total), GradientStep())
