"""Single-location regression: the label stands in one token, and a mark says in which."""

from typing import Annotated, NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor

from attnkit.arguments import Finite, Like, Range, checked
from attnkit.densities import softmax
from attnkit.masks import Mask, require_mask
from attnkit.precision import outside_autocast
from attnkit.validate import is_traced, require_finite, require_finite_results

__all__ = ["LocatedPrompts", "location_mean", "location_weights", "sample_locations"]

Signal = Annotated[float, Range(0.0, 1e4)]
Noise = Annotated[float, Range(0.0, 1e12)]
_MOST_NUMBERS = 10**9


class LocatedPrompts(NamedTuple):
    """Tokens (prompt, token, d), labels (prompt,), and the places (prompt,) that they came from."""

    tokens: Float[Tensor, "prompt token d"]
    labels: Float[Tensor, " prompt"]
    places: Int[Tensor, " prompt"]


@checked
def sample_locations(
    key: Annotated[Float[Tensor, " d"], Range(-1e6, 1e6)],
    value: Annotated[Float[Tensor, " d"], Like("key"), Range(-1e6, 1e6)],
    *,
    n_prompts: Annotated[int, Range(1, 10**8)],
    n_tokens: Annotated[int, Range(1, 10**8)],
    signal: Signal,
    noise_variance: Noise = 0.0,
    generator: torch.Generator,
) -> LocatedPrompts:
    r"""Draw prompts in which one token, at a place drawn at random, is marked and has the label.

    .. math:: x_l = \xi_l + \sqrt{\nu}\, k\, [\, l = J \,], \qquad
              y = \langle v, x_J \rangle + \text{noise of variance } \sigma^2

    with normal :math:`\xi_l` and a uniform place J.

    Parameters
    ----------
    key, value : Tensor
        k and v, (d,), of one dtype and on the generator's device: unit vectors at right angles
        in the paper; here any of size up to a million.
    n_prompts, n_tokens : int
        Prompts, and tokens L of each, at most 1e9 numbers in all.
    signal : float
        nu, the squared length of the mark, up to 10,000.
    noise_variance : float
        Of the label.
    generator : torch.Generator
        Source of chance. Half precision is drawn in float32.

    Returns
    -------
    LocatedPrompts
        tokens (prompt, token, d), labels (prompt,) and places (prompt,).

    Raises
    ------
    TypeError, ValueError
        For other shapes, numbers and counts, a seed in place of a generator, tokens or labels
        beyond the dtype.

    References
    ----------
    Duranthon et al. 2025, arXiv:2509.21936, after Marion et al. 2024, arXiv:2410.01537.
    """
    numbers = n_prompts * n_tokens * max(len(key), 1)
    if numbers > _MOST_NUMBERS:
        raise ValueError(f"n_prompts must need at most 1e9 numbers, got {n_prompts}: {numbers:.1e}")
    dtype = torch.promote_types(key.dtype, torch.float32)
    drawn = {"generator": generator, "device": generator.device}
    tokens = torch.randn(n_prompts, n_tokens, len(key), dtype=dtype, **drawn)
    places = torch.randint(n_tokens, (n_prompts,), **drawn)
    tokens[torch.arange(n_prompts, device=places.device), places] += signal**0.5 * key.to(dtype)
    chosen = tokens[torch.arange(n_prompts, device=places.device), places]
    noise = torch.randn(n_prompts, dtype=dtype, **drawn)
    labels = chosen @ value.to(dtype) + noise_variance**0.5 * noise
    found = {"tokens": tokens.to(key.dtype), "labels": labels.to(key.dtype)}
    require_finite_results(found, key=key, value=value)
    return LocatedPrompts(**found, places=places)


@checked
@outside_autocast
def location_weights(
    tokens: Float[Tensor, "*batch token d"],
    key: Annotated[Float[Tensor, " d"], Like("tokens"), Finite()],
    *,
    signal: Signal,
    mask: Mask | None = None,
) -> Float[Tensor, "*batch token"]:
    r"""The chance of each token to be the marked one, given all of them: a softmax.

    .. math:: \pi_l = \mathrm{softmax}_l(\sqrt{\nu}\, \langle k, x_l \rangle)

    Parameters
    ----------
    tokens : Tensor
        (..., token, d), computed at least in float32. What is masked may be anything, NaN included.
    key : Tensor
        (d,), k in the formula, of the dtype of the tokens.
    signal : float
        nu, up to 10,000.
    mask : Tensor, optional
        (..., token), true where there is a token. Zero weights where there is none.

    Returns
    -------
    Tensor (..., token) of the tokens' dtype.

    Raises
    ------
    TypeError, ValueError
        For other shapes and dtypes, and for NaN or infinite tokens where attended.

    Notes
    -----
    Derived here: the log-likelihood ratio of a marked and an unmarked token is
    :math:`\sqrt\nu \langle k, x_l\rangle - \nu |k|^2/2`. Duranthon et al. 2025 state that softmax
    reaches Bayes; we read the abstract.
    """
    tokens = _cleared(tokens, mask)
    wide = torch.promote_types(tokens.dtype, torch.float32)
    scores = signal**0.5 * (tokens.to(wide) @ key.to(wide))
    return softmax(scores, mask=mask).to(tokens.dtype)


@checked
@outside_autocast
def location_mean(
    tokens: Float[Tensor, "*batch token d"],
    key: Annotated[Float[Tensor, " d"], Like("tokens"), Finite()],
    value: Annotated[Float[Tensor, " d"], Like("tokens"), Finite()],
    *,
    signal: Signal,
    mask: Mask | None = None,
) -> Float[Tensor, "*batch"]:
    r"""The best guess of the label, its posterior mean: one softmax head.

    .. math:: \mathbb{E}[y \mid x_1, \dots, x_L] = \sum_l \pi_l \langle v, x_l \rangle

    Parameters
    ----------
    tokens, key, signal, mask
        As in `location_weights`.
    value : Tensor
        (d,), v in the formula, of the dtype of the tokens.

    Returns
    -------
    Tensor (...) of the tokens' dtype; zero where no token is.

    Raises
    ------
    TypeError, ValueError
        For a value of another width or dtype, and a mean beyond the dtype. As `location_weights`
        for the rest.

    Notes
    -----
    Derived here; no assumption on the angle between key and value is needed.
    """
    wide = torch.promote_types(tokens.dtype, torch.float32)
    seen = _cleared(tokens, mask).to(wide)
    weights = location_weights(seen, key.to(wide), signal=signal, mask=mask)
    mean = (weights * (seen @ value.to(wide))).sum(-1).to(tokens.dtype)
    require_finite_results({"mean": mean}, tokens=seen, value=value)
    return mean


def _cleared(tokens: Tensor, mask: Tensor | None) -> Tensor:
    """Zeros in the place of tokens that are none; ValueError for what is not finite elsewhere."""
    if mask is not None:
        require_mask(mask, tokens.shape[:-1], "tokens (..., token)")
        tokens = torch.where(mask[..., None], tokens, torch.zeros_like(tokens))
    if not is_traced(tokens):
        require_finite("tokens", tokens)
    return tokens
