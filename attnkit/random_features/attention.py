"""Random-feature attention: heads with frozen query-key matrices and trained values."""

from typing import Annotated

import torch
from torch import Tensor

from attnkit.arguments import Range, checked
from attnkit.random_features.features import relu_head_features, softmax_head_features
from attnkit.random_features.inputs import Prepared
from attnkit.random_features.models import RandomFeatureModel

__all__ = ["RandomFeatureAttention", "RandomFeatureSoftmaxAttention", "mean_matrix"]


def mean_matrix(d_query: int, d_key: int, *, bias_scale: float) -> Tensor:
    """Mean query-key matrix bias_scale [I 0; 0 0]: the mean score is bias_scale <q, k>.

    One row and one column more than the widths: those of the constants.
    """
    if bias_scale != 0.0 and d_query != d_key:
        raise ValueError(
            "bias_scale needs queries and keys of one width, "
            f"got d_query {d_query} and d_key {d_key}"
        )
    mean = torch.zeros(d_query + 1, d_key + 1, dtype=torch.float64)
    mean[:-1, :-1].fill_diagonal_(bias_scale)
    return mean


class RandomFeatureAttention(RandomFeatureModel):
    """M frozen ReLU heads with trained values.

    f(q, k_1..k_N) = sum_m (1/N) sum_i relu(<W_m, q k_i^T>) <v_m, k_i>,
    tokens with a constant 1 appended, W_m ~ N(W0, spread^2) entrywise and
    W0 = bias_scale [I 0; 0 0].

    Parameters
    ----------
    n_heads : int
        Number M of heads, from 1 to 10,000,000.
    bias_scale : float
        Scale of the mean matrix, at most 1e6 in size; 0 is the unbiased model, any other value the
        biased one.
    spread : float
        Standard deviation of the entries around their mean, from 0 to 1e6.
    generator : torch.Generator, optional
        Source of the frozen matrices, drawn in float64 at the first use and kept; if left out a new
        `torch.Generator()`, whose default seed is always the same.

    Raises
    ------
    TypeError, ValueError
        For numbers out of these ranges, or a seed in place of a generator.

    References
    ----------
    Fu, Guo, Bai and Mei 2023 (arXiv:2307.11353). The entries' spread of 1/2, the appended
    constant and the mean matrix are recalled, not checked against the paper's text.
    """

    @checked
    def __init__(
        self,
        n_heads: Annotated[int, Range(1, 10**7)],
        bias_scale: Annotated[float, Range(-1e6, 1e6)] = 0.0,
        *,
        spread: Annotated[float, Range(0, 1e6)] = 0.5,
        generator: torch.Generator | None = None,
    ) -> None:
        super().__init__(n_heads, generator=generator)
        self.bias_scale = float(bias_scale)
        self.spread = float(spread)

    def _unit_shape(self, tokens: Prepared) -> tuple[int, ...]:
        return (tokens.queries.shape[-1], tokens.keys.shape[-1])

    def _draw(self, shape: tuple[int, ...]) -> Tensor:
        noise = super()._draw(shape)
        d_query, d_key = (width - 1 for width in shape)
        mean = mean_matrix(d_query, d_key, bias_scale=self.bias_scale).to(noise.device)
        return noise.mul_(self.spread).add_(mean)

    def _floats_per_unit(self, tokens: Prepared) -> int:
        return max(tokens.keys.shape[1:])

    def _unit_features(self, frozen: Tensor, tokens: Prepared) -> Tensor:
        return relu_head_features(frozen, *tokens)


class RandomFeatureSoftmaxAttention(RandomFeatureAttention):
    """The same frozen heads with softmax scores, sum_m sum_i softmax_i(<W_m, q k_i^T>) <v_m, k_i>.

    The paper's theory is for ReLU scores divided by N; this variant is for comparison.

    References
    ----------
    Defined here, beside the heads of Fu, Guo, Bai and Mei 2023 (arXiv:2307.11353).
    """

    def _unit_features(self, frozen: Tensor, tokens: Prepared) -> Tensor:
        return softmax_head_features(frozen, *tokens)
