"""What a layer of heads computes, as two matrices per head, and the prediction they make."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Like, Range, checked
from attnkit.icl.prompts import Prompts
from attnkit.icl.regression_task import Moderate
from attnkit.icl.unchecked import unchecked
from attnkit.precision import outside_autocast
from attnkit.validate import require_finite_results

__all__ = ["Circuits", "linear_weights", "softmax_weights"]


Scores = Float[Tensor, "*batch examples"]


@checked
def softmax_weights(scores: Scores) -> Float[Tensor, "*batch examples"]:
    r"""Softmax over the examples: exp(s_l) / sum exp(s_m), Vaswani et al. (2017), eq. 1.

    Parameters
    ----------
    scores : Tensor
        (\*batch, examples), floating point. A row with NaN has NaN for weights: a layer that
        diverges in training meets it, and looking at every score would cost time there.

    Raises
    ------
    TypeError, ValueError
        For any other scores.
    """
    return scores.softmax(-1)


@checked
def linear_weights(
    scores: Scores, *, normaliser: Annotated[float, Range(1e-9, 1e9)] | None = None
) -> Float[Tensor, "*batch examples"]:
    r"""Scores divided by `normaliser`; by the number of examples at hand if it is left out.

    Parameters
    ----------
    scores : Tensor
        (\*batch, examples), floating point. A row with NaN has NaN for weights: a layer that
        diverges in training meets it, and looking at every score would cost time there.
    normaliser : float, optional
        From 1e-9 to 1e9.

    Raises
    ------
    TypeError, ValueError
        For any other scores or normaliser.

    References
    ----------
    von Oswald et al. (2022), arXiv:2212.07677: attention without its softmax.
    """
    return scores / (scores.shape[-1] if normaliser is None else normaliser)


@checked
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

    Raises
    ------
    TypeError, ValueError
        For matrices of other shapes, of two dtypes, or with numbers that are not finite or above
        1e9 in size.

    References
    ----------
    He, Pan, Chen, Yang (2025), arXiv:2503.12734, for a layer of heads; Elhage et al. (2021), "A
    mathematical framework for transformer circuits", for the two matrices.
    """

    key_query: Annotated[Float[Tensor, "*seeds heads token d"], Moderate]
    output_value: Annotated[
        Float[Tensor, "*seeds heads token-d token"], Like("key_query"), Moderate
    ]
    weigh: Callable[[Tensor], Tensor] = softmax_weights

    @outside_autocast
    @checked
    def __call__(self, prompts: Prompts) -> Float[Tensor, "*seeds prompts targets"]:
        r"""Predict every query label, for all seeds in one product.

        Parameters
        ----------
        prompts : Prompts
            A sample (n_prompts, ...), of the widths of the circuits.

        Returns
        -------
        Tensor
            (\*seeds, n_prompts, targets) in the dtype of the prompts, computed in the wider of
            theirs and the circuits', and at least in float32.

        Raises
        ------
        TypeError, ValueError
            For prompts of other widths, or without a sample's axis; in half precision, for a
            prediction beyond it.
        """
        _require_widths(prompts, *self.key_query.shape[-2:])
        dtype = prompts.inputs.dtype
        wide = torch.promote_types(torch.promote_types(dtype, self.key_query.dtype), torch.float32)
        if wide == dtype == self.key_query.dtype:
            return self._predict(prompts)
        found = self._in(wide)._predict(prompts.to(wide)).to(dtype)
        require_finite_results({"prediction": found}, targets=prompts.targets)
        return found

    def _in(self, dtype: torch.dtype) -> "Circuits":
        matrices = {"key_query": self.key_query.to(dtype)}
        matrices["output_value"] = self.output_value.to(dtype)
        return unchecked(Circuits, **matrices, weigh=self.weigh)

    def _predict(self, prompts: Prompts) -> Float[Tensor, "*seeds prompts targets"]:
        *seeds, heads, token, d = self.key_query.shape
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
        matrices = {"key_query": self.key_query.detach().clone()}
        matrices["output_value"] = self.output_value.detach().clone()
        return unchecked(Circuits, **matrices, weigh=self.weigh)

    @property
    @outside_autocast
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


def _require_widths(prompts: Prompts, token: int, d: int) -> None:
    targets = token - d
    if prompts.inputs.ndim != 3:
        shape = tuple(prompts.inputs.shape)
        raise ValueError(f"prompts must have inputs (n_prompts, examples, d), got {shape}")
    got = (prompts.inputs.shape[-1], prompts.targets.shape[-1])
    if got != (d, targets):
        raise ValueError(
            f"prompts must have inputs of dimension {d} and {targets} target(s), got {got}"
        )
