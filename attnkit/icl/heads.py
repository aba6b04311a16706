"""One layer of attention heads on in-context regression, many seeds as one batch."""

from collections.abc import Callable
from functools import partial

import torch
from jaxtyping import Float
from torch import Tensor, nn

from attnkit.icl.circuits import Circuits, softmax_weights
from attnkit.icl.counts import require_count
from attnkit.icl.prompts import Prompts, RegressionTask
from attnkit.validate import require_number

__all__ = ["DirectHeads", "Heads", "balance_signs"]


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


class DirectHeads(nn.Module):
    """Attention heads whose KQ and OV matrices are trained themselves, from a small start.

    All entries start as independent normals of standard deviation `size`. With three heads or
    more, heads of one sign need not be diagonal one by one in this parametrisation: judge it by
    the risk and by `Circuits.effective_preconditioner`.
    """

    def __init__(
        self,
        task: RegressionTask,
        *,
        n_heads: int,
        generator: torch.Generator,
        n_seeds: int = 1,
        size: float = 1e-3,
    ):
        super().__init__()
        require_count("n_heads", n_heads)
        require_count("n_seeds", n_seeds)
        require_number("size", size, low=0, exclusive=True)
        token = task.d + task.n_targets
        draw = partial(_normal, (n_seeds, n_heads), generator, size=size)
        self.key_query = draw(token, task.d)
        self.output_value = draw(task.n_targets, token)

    @property
    def circuits(self) -> Circuits:
        """The KQ and OV matrices of every seed and head, differentiable."""
        return Circuits(self.key_query, self.output_value)

    def forward(self, prompts: Prompts) -> Float[Tensor, "seeds prompts targets"]:
        """Predict every query label with every seed."""
        return self.circuits(prompts)


def _normal(lead: tuple[int, int], generator: torch.Generator, *shape: int, size: float):
    drawn = torch.randn(*lead, *shape, generator=generator, device=generator.device)
    return nn.Parameter(size * drawn)


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
