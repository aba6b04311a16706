"""What a head would score that looks as often, but at places that have nothing to do with it."""

from typing import Annotated

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from attnkit.arguments import Finite, Range, checked
from attnkit.interpretation.retrieval_heads.score import Weights, looked_at, retrieval_scores

__all__ = ["permuted_scores", "retrieval_chance", "share_above"]


@checked
def retrieval_chance(
    weights: Weights,
    tokens: Int[Tensor, "*batch key"],
    written: Int[Tensor, "*batch step"],
    needle: Bool[Tensor, "*batch key"],
) -> Float[Tensor, "*batch head"]:
    r"""Return the mean retrieval score when the keys' tokens are put in a random order.

    .. math:: \mathbb{E}\, r_h = \frac{1}{|N|\, n} \sum_{j \in N}
              \big|\{\arg\max_i p^h_{ti} : y_t = x_j\}\big|

    Each place of the needle may be met by as many looks as its token was written from different
    places; a needle of distinct tokens that is written once has one n-th.

    Parameters
    ----------
    weights, tokens, written, needle : Tensor
        As `retrieval_scores` takes them.

    Returns
    -------
    Tensor
        (..., head).

    Raises
    ------
    TypeError, ValueError
        For shapes that do not fit and weights that are not finite. As `retrieval_scores`.

    References
    ----------
    Derived here.
    """
    looks = looked_at(weights).to(weights.dtype)
    same = (written[..., :, None] == tokens[..., None, :]) & needle[..., None, :]
    places = looks.mT @ same[..., None, :, :].to(weights.dtype)
    met = (places > 0).to(weights.dtype).sum((-2, -1))
    size = needle.sum(-1, keepdim=True).clamp_min(1) * max(tokens.shape[-1], 1)
    return met / size


@checked
def permuted_scores(
    weights: Weights,
    tokens: Int[Tensor, "*batch key"],
    written: Int[Tensor, "*batch step"],
    needle: Bool[Tensor, "*batch key"],
    *,
    n_draws: Annotated[int, Range(0, 100_000)],
    generator: torch.Generator,
) -> Float[Tensor, "n_draws *batch head"]:
    r"""Return the retrieval scores after random permutations of the keys' tokens.

    .. math:: r_h(p, x_\pi, y, N_\pi), \qquad \pi \text{ uniform}

    A head keeps its rows, and the needle's tokens stand elsewhere: one order for all heads of a
    text, another for each text and draw.

    Parameters
    ----------
    weights, tokens, written, needle : Tensor
        As `retrieval_scores` takes them.
    n_draws : int
        Permutations.
    generator : torch.Generator
        The source of chance.

    Returns
    -------
    Tensor
        (draw, ..., head); its mean approaches `retrieval_chance`.

    Raises
    ------
    TypeError, ValueError
        As `retrieval_scores`; for a number of draws that is none.

    References
    ----------
    Defined here.
    """
    found = [weights.new_zeros((0, *weights.shape[:-2]))]
    for _ in range(n_draws):
        order = torch.rand(tokens.shape, generator=generator).argsort(-1).to(tokens.device)
        moved = tokens.gather(-1, order), written, needle.gather(-1, order)
        found.append(retrieval_scores(weights, *moved)[None])
    return torch.cat(found)


@checked
def share_above(
    found: Annotated[Float[Tensor, "*shape"], Finite()],
    drawn: Annotated[Float[Tensor, "draw *shape"], Finite()],
) -> Float[Tensor, "*shape"]:
    r"""Return the p-value of what was found among what chance drew.

    .. math:: \frac{1 + |\{b : d_b \ge f\}|}{1 + B}

    Parameters
    ----------
    found : Tensor
        (...,), the statistic f.
    drawn : Tensor
        (draw, ...), the same after each of B permutations.

    Returns
    -------
    Tensor
        (...,), above 0 and at most 1; uniform where the permutations change nothing.

    Raises
    ------
    TypeError, ValueError
        For shapes that do not fit, and what is not finite or not floating point.

    References
    ----------
    Phipson and Smyth 2010, "Permutation p-values should never be zero".
    """
    above = (drawn >= found).sum(0).to(found.dtype)
    return (1 + above) / (1 + len(drawn))
