"""One layer of attention heads on in-context regression, many seeds as one batch."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import torch
from jaxtyping import Float
from torch import Tensor, nn

from attnkit.icl.counts import require_count
from attnkit.icl.prompts import Prompts, RegressionTask

__all__ = ["Circuits", "Heads", "balance_signs", "linear_weights", "softmax_weights"]


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
        KQ_h = K_h' Q_h / sqrt(D), (*seeds, heads, token, d) with token = D = d + targets.
    output_value : Tensor
        OV_h = O_h V_h, (*seeds, heads, targets, token).
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


class Heads(nn.Module):
    """Attention heads in the factored parametrisation of the paper, `n_seeds` layers at once.

    prediction = sum_h O_h V_h Z weigh(Z' K_h' Q_h z_q / sqrt(D)), D = d + targets, with K, V of
    size D x D, Q of size D x d (its further columns meet a zero) and O of size targets x D. The
    initialisation is that of `torch.nn.Linear`: uniform within 1/sqrt(fan-in), D for K, Q, V and
    heads * D for O.

    References
    ----------
    He, Pan, Chen, Yang (2025), arXiv:2503.12734, and the authors' public code.
    """

    def __init__(
        self,
        task: RegressionTask,
        *,
        n_heads: int,
        generator: torch.Generator,
        n_seeds: int = 1,
        weigh: Callable[[Tensor], Tensor] = softmax_weights,
    ):
        super().__init__()
        require_count("n_heads", n_heads)
        require_count("n_seeds", n_seeds)
        self.weigh = weigh
        token = task.d + task.n_targets
        draw = partial(_uniform, (n_seeds, n_heads), generator)
        self.queries = draw(token, task.d, fan_in=token)
        self.keys = draw(token, token, fan_in=token)
        self.values = draw(token, token, fan_in=token)
        self.outputs = draw(task.n_targets, token, fan_in=n_heads * token)

    @property
    def circuits(self) -> Circuits:
        """The KQ and OV matrices of every seed and head, differentiable."""
        scale = self.keys.shape[-1] ** -0.5
        return Circuits(scale * self.keys.mT @ self.queries, self.outputs @ self.values, self.weigh)

    def forward(self, prompts: Prompts) -> Float[Tensor, "seeds prompts targets"]:
        """Predict every query label with every seed."""
        return self.circuits(prompts)


def _uniform(lead: tuple[int, int], generator: torch.Generator, *shape: int, fan_in: int):
    drawn = torch.rand(*lead, *shape, generator=generator, device=generator.device)
    return nn.Parameter((2 * drawn - 1) / fan_in**0.5)


@torch.no_grad()
def balance_signs(heads: Heads) -> Heads:
    """Flip keys and outputs so that heads start, in turn, with positive and negative signs.

    The sign a head ends with is settled at once by the signs of tr KQ_h and of OV_h's label
    entries. Left to chance all heads agree with probability 2^(1 - heads) and training is stuck;
    flipping K_h and O_h changes nothing else. Works in place and returns the same module.
    """
    d = heads.queries.shape[-1]
    circuits = heads.circuits
    gains = circuits.output_value[..., d:].diagonal(dim1=-2, dim2=-1).sum(-1)
    wanted = 1.0 - 2.0 * (torch.arange(gains.shape[-1], device=gains.device) % 2)
    for factor, current in ((heads.keys, circuits.scales), (heads.outputs, gains)):
        factor *= torch.where(current < 0, -wanted, wanted)[..., None, None]
    return heads
