"""What random-feature attention is compared with: an MLP that sees order, and deep sets."""

from typing import Annotated

import torch
from torch import Tensor

from attnkit.arguments import Range, checked
from attnkit.random_features.features import set_features, token_features
from attnkit.random_features.inputs import Prepared
from attnkit.random_features.models import RandomFeatureModel

__all__ = ["RandomFeatureDeepSets", "RandomFeatureMLP"]


class RandomFeatureMLP(RandomFeatureModel):
    """Two-layer random features on all tokens in order, sum_j v_j relu(<w_j, [q; k_1; ...; k_N]>).

    w_j ~ N(0, I) on the tokens with their constants. Equal in trained parameters to M attention
    heads when n_features = M (d_key + 1). The number of keys is fixed; masked keys count as zeros.

    Parameters
    ----------
    n_features : int
        Number of units, at most 100,000,000.
    generator : torch.Generator, optional
        See `RandomFeatureModel`.

    Raises
    ------
    TypeError, ValueError
        For another number of units, or a seed in place of a generator.

    References
    ----------
    Rahimi and Recht (2007), "Random features for large-scale kernel machines", for the frozen
    units; as a comparator of attention Fu, Guo, Bai and Mei 2023 (arXiv:2307.11353).
    """

    @checked
    def __init__(
        self,
        n_features: Annotated[int, Range(1, 10**8)],
        *,
        generator: torch.Generator | None = None,
    ) -> None:
        super().__init__(n_features, generator=generator)

    def _unit_shape(self, tokens: Prepared) -> tuple[int, ...]:
        return (tokens.queries.shape[-1] + tokens.keys[0].numel(),)

    def _floats_per_unit(self, tokens: Prepared) -> int:
        return 1

    def _unit_features(self, frozen: Tensor, tokens: Prepared) -> Tensor:
        return token_features(frozen, *tokens)


class RandomFeatureDeepSets(RandomFeatureModel):
    """Permutation-invariant random features, sum_j v_j (1/N) sum_i relu(<w_j, [q; k_i]>).

    w_j ~ N(0, I). Invariant to the order of the keys like attention, but query and key meet in a
    sum, not in a product: the comparator that tells invariance from attention.

    Parameters
    ----------
    n_features : int
        Number of units, at most 100,000,000.
    generator : torch.Generator, optional
        See `RandomFeatureModel`.

    Raises
    ------
    TypeError, ValueError
        For another number of units, or a seed in place of a generator.

    References
    ----------
    Zaheer et al. (2017), "Deep sets" (arXiv:1703.06114), for the sum over the set; with frozen
    units it is a comparator defined here.
    """

    @checked
    def __init__(
        self,
        n_features: Annotated[int, Range(1, 10**8)],
        *,
        generator: torch.Generator | None = None,
    ) -> None:
        super().__init__(n_features, generator=generator)

    def _unit_shape(self, tokens: Prepared) -> tuple[int, ...]:
        return (tokens.queries.shape[-1] + tokens.keys.shape[-1],)

    def _floats_per_unit(self, tokens: Prepared) -> int:
        return tokens.keys.shape[1]

    def _unit_features(self, frozen: Tensor, tokens: Prepared) -> Tensor:
        return set_features(frozen, *tokens)
