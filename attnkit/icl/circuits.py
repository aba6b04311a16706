"""What a layer of heads computes, as two matrices per head, and the prediction they make."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.icl.prompts import Prompts

__all__ = ["Circuits", "linear_weights", "softmax_weights"]


def softmax_weights(scores: Float[Tensor, "*batch examples"]) -> Float[Tensor, "*batch examples"]:
    """Softmax over the examples."""
    return scores.softmax(-1)


def linear_weights(
    scores: Float[Tensor, "*batch examples"], *, normaliser: float | None = None
) -> Float[Tensor, "*batch examples"]:
    """Scores divided by `normaliser`; by the number of examples at hand if it is left out."""
    return scores / (scores.shape[-1] if normaliser is None else normaliser)


@dataclass(frozen=True, eq=False)
class Circuits:
    """What a layer of heads computes, as matrices: prediction = sum_h OV_h Z weigh(Z' KQ_h x_q).

    Z holds the tokens [x_l; y_l]. The query token is [x_q; 0], so the columns of KQ that would
    meet its label slot multiply zero, cannot be identified and are left out.

    Parameters
    ----------
    key_query : Tensor
        KQ_h = K_h' Q_h / sqrt(D), ``(*seeds, heads, token, d)`` with token = D = d + targets.
    output_value : Tensor
        OV_h = O_h V_h, ``(*seeds, heads, targets, token)``.
    weigh : callable
        Scores to weights over the last axis, softmax unless told otherwise.
    """

    key_query: Float[Tensor, "*seeds heads token d"]
    output_value: Float[Tensor, "*seeds heads targets token"]
    weigh: Callable[[Tensor], Tensor] = softmax_weights

    def __call__(self, prompts: Prompts) -> Float[Tensor, "*seeds prompts targets"]:
        """Predict every query label, for all seeds in one product."""
        *seeds, heads, token, d = self.key_query.shape
        _require_widths(prompts, d, token - d)
        tokens = torch.cat([prompts.inputs, prompts.targets], -1)
        probes = (prompts.queries @ self.key_query.reshape(-1, d).mT).unflatten(-1, (-1, token))
        read = self.weigh(probes @ tokens.mT) @ tokens
        per_seed = read.unflatten(1, (-1, heads)).flatten(2).transpose(0, 1)
        readout = self.output_value.transpose(-2, -3).reshape(-1, token - d, heads * token)
        return (per_seed @ readout.mT).unflatten(0, seeds) if seeds else (per_seed @ readout.mT)[0]

    def __getitem__(self, index) -> "Circuits":
        """The circuits of one seed, or of several, along the leading axes."""
        return replace(self, key_query=self.key_query[index], output_value=self.output_value[index])

    def copied(self) -> "Circuits":
        """The same matrices, apart from the parameters they came from."""
        return replace(
            self,
            key_query=self.key_query.detach().clone(),
            output_value=self.output_value.detach().clone(),
        )

    @property
    def effective_preconditioner(self) -> Float[Tensor, "*seeds targets d d"]:
        """sum_h OV_h[t, y_t] KQ_h: the matrix P of debiased gradient descent that it amounts to."""
        d = self.key_query.shape[-1]
        gains = self.output_value[..., d:].diagonal(dim1=-2, dim2=-1)
        return torch.einsum("...ht,...hij->...tij", gains, self.key_query[..., :d, :])

    @property
    def scales(self) -> Float[Tensor, "*seeds heads"]:
        """omega_h, the mean diagonal entry of the input block of KQ_h."""
        d = self.key_query.shape[-1]
        return self.key_query[..., :d, :].diagonal(dim1=-2, dim2=-1).mean(-1)

    @property
    def gains(self) -> Float[Tensor, "*seeds heads"]:
        """mu_h, the entry of OV_h on the first label."""
        return self.output_value[..., 0, self.key_query.shape[-1]]


def _require_widths(prompts: Prompts, d: int, targets: int) -> None:
    got = (prompts.inputs.shape[-1], prompts.targets.shape[-1])
    if got != (d, targets):
        raise ValueError(
            f"prompts must have inputs of dimension {d} and {targets} target(s), got {got}"
        )
