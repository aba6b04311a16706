"""Three ways to spend a budget of keys that every mechanism is drawn beside."""

from typing import Annotated

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.arguments import Finite, Range, checked
from attnkit.precision import widest

__all__ = ["oracle", "random_keys", "window_and_ends"]

Count = Annotated[int, Range(0, 2**30)]
Scores = Annotated[Float[Tensor, "*batch query key"], Finite(minus_inf=True)]


@checked
def oracle(scores: Scores, n_keys: Count) -> Bool[Tensor, "*batch query key"]:
    r"""Keep the keys of each query's highest scores: no choice of as many catches more mass.

    .. math:: K_i = \operatorname{top}_k \{ z_{ij} \}

    Parameters
    ----------
    scores : Tensor
        (..., query, key).
    n_keys : int
        k; all keys are kept where a row has no more. Among equal scores the choice is torch's.

    Returns
    -------
    Tensor
        (..., query, key), true for the keys kept; one whose score is -inf never is.

    Raises
    ------
    ValueError, TypeError
        A number of keys below zero; scores that are NaN or infinite above.

    References
    ----------
    Defined here.
    """
    best = scores.topk(min(n_keys, scores.shape[-1]), -1).indices
    kept = torch.zeros_like(scores, dtype=torch.bool).scatter(-1, best, True)
    return kept & (scores != -torch.inf)


@checked
def random_keys(
    scores: Scores, n_keys: Count, generator: torch.Generator
) -> Bool[Tensor, "*batch query key"]:
    r"""Keep so many keys of each query, drawn without looking at the scores.

    .. math:: K_i \sim \operatorname{Uniform} \{ K : |K| = k \}

    Parameters
    ----------
    scores : Tensor
        (..., query, key); their shape, and the keys of score -inf that are never kept.
    n_keys : int
        k.
    generator : torch.Generator
        Of the draw.

    Returns
    -------
    Tensor
        (..., query, key), true for the keys kept.

    Raises
    ------
    ValueError, TypeError
        A number of keys below zero; scores that are NaN or infinite above.

    References
    ----------
    Defined here.
    """
    chances = torch.rand(scores.shape, generator=generator, dtype=torch.float64)
    chances = chances.to(scores.device, widest(scores.device))
    return oracle(chances.masked_fill(scores == -torch.inf, -torch.inf), n_keys)


@checked
def window_and_ends(
    n: Count, n_keys: Count, *, ends: Annotated[int, Range(0, 2)] = 2
) -> Bool[Tensor, "n n"]:
    r"""Keep the first key, the last and the nearest: this needs neither scores nor learning.

    .. math:: K_i = \{0, n - 1\} \cup \operatorname{nearest}_{k - 2}(i)

    Parameters
    ----------
    n : int
        Number of tokens.
    n_keys : int
        k; the first key comes before the last, and both before the window. At the border the
        window is moved inside, and a key that is near and an end frees a place for the next near
        one: every row has k keys, or all.
    ends : int
        0 for the window alone, 1 for the first key, 2 for the last one too.

    Returns
    -------
    Tensor
        (query, key), true for the keys kept.

    Raises
    ------
    ValueError, TypeError
        Numbers below zero; more than two ends.

    References
    ----------
    Defined here.
    """
    place = torch.arange(n)
    # Nearer is higher, the later of two as near loses, and the ends come before all.
    order = -(place[:, None] - place[None, :]).abs().double() - 0.25 * (
        place[None, :] > place[:, None]
    )
    for rank, end in enumerate((0, n - 1)[:ends] if n else ()):
        order[:, end] = 2.0 - rank
    return oracle(order, n_keys)
