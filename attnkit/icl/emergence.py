"""Has a layer become debiased gradient descent? The patterns of the paper, measured per seed."""

from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.arguments import checked
from attnkit.icl.circuits import Circuits
from attnkit.icl.training import TrainingRun

__all__ = ["Patterns", "emergence_steps", "measure_patterns"]

# A head whose gain is below this share of the largest one is a dummy.
_ACTIVE = 0.05


@dataclass(frozen=True, eq=False)
class Patterns:
    r"""How far each seed shows the patterns; worst active head where there are several.

    Every field has one number for each seed, (\*seeds,). Energy is the squared size of some entries
    over that of the whole matrix, without the columns that cannot be identified; 0 for a matrix of
    zeros. Where no head has a gain the four numbers are NaN, and where an active head has scale 0
    their spread is infinite: nothing has emerged.

    Parameters
    ----------
    diagonal_energy : Tensor
        Share of KQ_h on the diagonal of its input block.
    label_energy : Tensor
        Share of OV_h on the label entry.
    zero_sum_ratio : Tensor
        ``|sum_h mu_h| / sum_h |mu_h|``.
    scale_spread : Tensor
        ``max |omega_h| / min |omega_h| - 1``.
    aligned : Tensor
        Whether omega_h and mu_h agree in sign in every active head.
    both_signs : Tensor
        Whether there are active heads of either sign.
    """

    diagonal_energy: Float[Tensor, "*seeds"]
    label_energy: Float[Tensor, "*seeds"]
    zero_sum_ratio: Float[Tensor, "*seeds"]
    scale_spread: Float[Tensor, "*seeds"]
    aligned: Bool[Tensor, "*seeds"]
    both_signs: Bool[Tensor, "*seeds"]

    @property
    def emerged(self) -> Bool[Tensor, "*seeds"]:
        """Whether all patterns are there: the thresholds are choices, stated in the book."""
        return (
            self.both_signs
            & self.aligned
            & (self.diagonal_energy > 0.95)
            & (self.label_energy > 0.99)
            & (self.zero_sum_ratio < 0.05)
            & (self.scale_spread < 0.15)
        )


@torch.no_grad()
@checked
def measure_patterns(circuits: Circuits) -> Patterns:
    """Measure the patterns of every seed of a layer with one target.

    Raises
    ------
    ValueError
        If the circuits serve several targets, whose heads may be superposed.
    """
    if circuits.output_value.shape[-2] != 1:
        targets = circuits.output_value.shape[-2]
        raise ValueError(f"circuits must serve one target to have these patterns, got {targets}")
    scales, gains, sizes = circuits.scales, circuits.gains, circuits.gains.abs()
    active = sizes > _ACTIVE * sizes.amax(-1, keepdim=True)
    d = circuits.key_query.shape[-1]
    diagonal = circuits.key_query[..., :d, :].diagonal(dim1=-2, dim2=-1)
    strengths = scales.abs()
    largest = strengths.where(active, 0.0).amax(-1)
    smallest = strengths.where(active, torch.inf).amin(-1)
    return Patterns(
        diagonal_energy=_worst(_share(diagonal, circuits.key_query.flatten(-2)), active),
        label_energy=_worst(_share(gains[..., None], circuits.output_value.flatten(-2)), active),
        zero_sum_ratio=gains.sum(-1).abs() / sizes.sum(-1),
        scale_spread=(largest / smallest - 1).where(active.any(-1), torch.nan),
        aligned=((scales * gains > 0) | ~active).all(-1),
        both_signs=(active & (scales > 0)).any(-1) & (active & (scales < 0)).any(-1),
    )


def _share(part: Tensor, whole: Tensor) -> Tensor:
    size = whole.square().sum(-1)
    return (part.square().sum(-1) / size).where(size > 0, 0.0)


def _worst(energies: Tensor, active: Tensor) -> Tensor:
    return energies.where(active, torch.inf).amin(-1).where(active.any(-1), torch.nan)


@checked
def emergence_steps(run: TrainingRun) -> list[int | None]:
    """For each seed the first checkpoint from which the patterns stay to the end; None if never.

    Raises
    ------
    TypeError, ValueError
        For anything but a run, and for a run without a checkpoint.
    """
    if not run.checkpoints:
        raise ValueError("run must hold at least one checkpoint, got none")
    emerged = torch.stack([measure_patterns(circuits).emerged for circuits in run.checkpoints])
    stays = emerged.flip(0).int().cumprod(0).flip(0)
    places = (len(run.steps) - stays.sum(0)).tolist()
    return [run.steps[place] if place < len(run.steps) else None for place in places]
