"""Targets that treat the keys alike: averages of a function of one query-key pair.

f(q, k_1..k_N) = (1/N) sum_i F(q, k_i), with F built from small pieces:
``Match() ** 2 * AlongKey(beta)`` is <q,k>^2 <beta,k>, ``Relu(Match())`` is relu(<q,k>).
Call the pair function for F on every pair, `target` for the average over the keys.
"""

from typing import Annotated

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.arguments import Finite, Like, Range, checked
from attnkit.precision import outside_autocast
from attnkit.random_features.features import averaging_weights
from attnkit.random_features.inputs import compute_dtype, without_hidden
from attnkit.random_features.pairs import PairFunction

__all__ = ["sphere_tokens", "target"]


@outside_autocast
@checked
def target(
    pair: PairFunction,
    queries: Annotated[Float[Tensor, "sample d"], Finite()],
    keys: Annotated[Float[Tensor, "sample n_keys d"], Like("queries")],
    *,
    mask: Bool[Tensor, "sample n_keys"] | None = None,
) -> Float[Tensor, " sample"]:
    """The average (1/N) sum_i F(q, k_i) over the N keys that count.

    Parameters
    ----------
    pair : PairFunction
        F.
    queries : Tensor
        (sample, d).
    keys : Tensor
        (sample, n_keys, d).
    mask : Tensor, optional
        (sample, n_keys), True where a key counts, as `pad_keys` makes it. What it hides may be NaN
        and takes no part, in a softmax either; a sample without keys has the average zero.

    Returns
    -------
    Tensor
        (sample,) in the dtype of the queries.

    Raises
    ------
    TypeError, ValueError
        For other shapes and dtypes, numbers that are not finite, and a result that overflows.

    References
    ----------
    After the targets of Fu, Guo, Bai and Mei 2023 (arXiv:2307.11353).
    """
    wide = compute_dtype(queries)
    values = pair(queries.to(wide), without_hidden(keys, mask).to(wide), mask=mask)
    return (averaging_weights(values.unsqueeze(-1), mask) * values).sum(-1).to(queries.dtype)


@checked
def sphere_tokens(
    n_samples: Annotated[int, Range(1, 10**8)],
    n_keys: Annotated[int, Range(1, 10**6)],
    width: Annotated[int, Range(1, 10**6)],
    *,
    generator: torch.Generator,
) -> tuple[Float[Tensor, "sample d"], Float[Tensor, "sample n_keys d"]]:
    """Queries and keys drawn independently and uniformly from the unit sphere.

    Parameters
    ----------
    n_samples, n_keys, width : int
        At most 100,000,000 samples, a million keys and a million dimensions, and in all
        1,000,000,000 numbers.
    generator : torch.Generator
        Source of chance.

    Returns
    -------
    queries, keys : Tensor
        (n_samples, width) and (n_samples, n_keys, width), float64 on the generator's device.

    Raises
    ------
    TypeError, ValueError
        For other counts, or a seed in place of a generator.
    """
    shape = (n_samples, n_keys + 1, width)
    if n_samples * (n_keys + 1) * width > 10**9:
        raise ValueError(f"n_samples, n_keys and width must make at most 1e9 numbers, got {shape}")
    tokens = torch.randn(shape, generator=generator, dtype=torch.float64, device=generator.device)
    tokens = tokens / tokens.norm(dim=-1, keepdim=True)
    return tokens[:, 0], tokens[:, 1:]
