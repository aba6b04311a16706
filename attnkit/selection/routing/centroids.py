"""Centroids on the unit sphere: how they follow the tokens."""

from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import normalize

from attnkit.arguments import Finite, Like, Range, checked
from attnkit.precision import outside_autocast
from attnkit.selection.shared.scaled import scaled

__all__ = ["OfTokens", "Tokens", "cosines", "spherical_kmeans", "update_centroids"]

OfTokens = Annotated[Float[Tensor, "*#batch cluster d_key"], Finite()]
Tokens = Annotated[Float[Tensor, "*batch token d_key"], Finite()]


def directions_of(tokens: Tensor) -> Tensor:
    """Tokens of length one, whatever their size; a token of zeros stays."""
    return normalize(scaled(tokens, (-1,)), dim=-1)


def cosines(tokens: Tensor, centroids: Tensor | None) -> Tensor:
    """(..., cluster, token); without centroids those with the unit vectors."""
    dtype = torch.promote_types(tokens.dtype, torch.float32)
    directions = directions_of(tokens.detach().to(dtype))
    if centroids is None:
        centroids = torch.eye(tokens.shape[-1], dtype=dtype, device=tokens.device)
    return directions_of(centroids.detach().to(dtype)) @ directions.mT


@checked
@outside_autocast
def update_centroids(
    centroids: Annotated[Float[Tensor, "*batch cluster d_key"], Finite()],
    tokens: Annotated[Tokens, Like("centroids")],
    *,
    decay: Annotated[float, Range(0.0, 1.0)] = 0.999,
) -> Float[Tensor, "*batch cluster d_key"]:
    r"""Move each centroid a little towards the mean direction of the tokens nearest to it.

    .. math::
        c_r \leftarrow \frac{g c_r + (1 - g) m_r}{\| g c_r + (1 - g) m_r \|}, \qquad
        m_r = \operatorname{mean} \{ x_i / \|x_i\| : r = \arg\max_s c_s \cdot x_i \}

    With a decay of 0 this is a step of k-means on the sphere.

    Parameters
    ----------
    centroids : Tensor
        (..., cluster, d_key), at least one.
    tokens : Tensor
        (..., token, d_key), queries and keys together: only their directions count.
    decay : float
        g, from 0 to 1.

    Returns
    -------
    Tensor
        (..., cluster, d_key), of length one; a centroid stays that no token is nearest to, or only
        such as have no direction together.

    Raises
    ------
    ValueError, TypeError
        NaN or an infinity, no centroid, a decay outside [0, 1], shapes that do not fit.

    References
    ----------
    Roy et al. 2021, "Efficient content-based sparse attention with routing transformers".
    """
    if centroids.shape[-2] == 0:
        raise ValueError(f"centroids must be at least one, got shape {tuple(centroids.shape)}")
    dtype = torch.promote_types(tokens.dtype, torch.float32)
    own, directions = (directions_of(each.to(dtype)) for each in (centroids, tokens))
    nearest = (own @ directions.mT).argmax(-2, keepdim=True)
    mine = torch.arange(own.shape[-2], device=own.device)[:, None] == nearest
    mean = mine.to(dtype) @ directions / mine.sum(-1, keepdim=True).clamp_min(1)
    moved = normalize(decay * own + (1 - decay) * mean, dim=-1)
    moves = mine.any(-1, keepdim=True) & (moved != 0).any(-1, keepdim=True)
    return torch.where(moves, moved, own).to(centroids.dtype)


@checked
def spherical_kmeans(
    tokens: Tokens,
    n_clusters: Annotated[int, Range(1, 100_000)],
    *,
    n_steps: Annotated[int, Range(0, 10_000)] = 10,
    generator: torch.Generator,
) -> Float[Tensor, "*batch cluster d_key"]:
    r"""Return centroids by k-means on the sphere, from tokens drawn at random.

    .. math:: \max_{c, r} \sum_i c_{r(i)} \cdot x_i / \|x_i\|, \qquad \|c_r\| = 1

    Parameters
    ----------
    tokens : Tensor
        (..., token, d_key), at least one.
    n_clusters : int
        Number of centroids; more than tokens makes some of them equal.
    n_steps : int
        Steps of `update_centroids` without decay.
    generator : torch.Generator
        Of the draw, on the CPU; all of a batch start from tokens of the same places.

    Returns
    -------
    Tensor
        (..., cluster, d_key), of length one: a token of zeros, which has no direction, stands for
        the first axis where it is drawn.

    Raises
    ------
    ValueError, TypeError
        No token, NaN or an infinity, numbers out of their range.

    References
    ----------
    Dhillon and Modha 2001, "Concept decompositions for large sparse text data using clustering".
    """
    n = tokens.shape[-2]
    if n == 0:
        raise ValueError(f"tokens must be at least one, got shape {tuple(tokens.shape)}")
    places = torch.randperm(n, generator=generator).repeat(-(-n_clusters // n))[:n_clusters]
    centroids = directions_of(tokens[..., places.to(tokens.device), :])
    if centroids.shape[-1]:
        nowhere = (centroids == 0).all(-1, keepdim=True)
        first = torch.eye(1, centroids.shape[-1], dtype=tokens.dtype, device=tokens.device)
        centroids = torch.where(nowhere, first, centroids)
    for _ in range(n_steps):
        centroids = update_centroids(centroids, tokens, decay=0.0)
    return centroids
