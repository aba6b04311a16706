"""A mask as a graph: who reaches everyone, and how fast tokens that are nearly equal become so."""

import math

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.arguments import checked
from attnkit.precision import widened, widest

__all__ = ["collapse_rate", "layers_to_reach"]


@checked
def layers_to_reach(mask: Bool[Tensor, "token token"]) -> Float[Tensor, "token"]:
    """After how many layers every token has heard of a token, for each: infinite where never.

    Tokens for which it is finite are the roots of the mask. Where there is one, every stack of
    layers whose weights stay above a bound collapses to rank one; where there is none, tokens that
    never hear of each other need not agree. A full mask reaches in one layer from anywhere, a
    window from its middle soonest, a causal window from the first token alone.

    Parameters
    ----------
    mask : Tensor
        (query, key), true where the query may look at the key. Every token must see itself.

    Returns
    -------
    Tensor (token,), float64: whole numbers, or infinity.

    Raises
    ------
    TypeError, ValueError
        For a mask that is not boolean or not square, or a token that does not see itself.

    Notes
    -----
    Defined here; the roots are those of the graphs in Wu et al. 2024, "On the role of attention
    masks and LayerNorm in transformers".
    """
    _require_own_place(mask)
    n_tokens = len(mask)
    layers = torch.full((n_tokens,), math.inf, dtype=widest(mask.device), device=mask.device)
    heard, step = torch.eye(n_tokens, dtype=torch.bool, device=mask.device), widened(mask)
    for n_layers in range(n_tokens):
        layers = layers.where(~heard.all(0), layers.clamp_max(n_layers))
        further = (step @ widened(heard)) > 0
        if torch.equal(further, heard):
            break
        heard = further
    return layers


@checked
def collapse_rate(mask: Bool[Tensor, "token token"]) -> float:
    r"""Factor by which each layer brings tokens closer together, once they are nearly equal.

    .. math:: \frac{\mu(X_{t+1})}{\mu(X_t)} \to |\lambda_2(U)|, \qquad
        U_{ij} = \frac{m_{ij}}{\sum_k m_{ik}}

    Equal tokens have equal scores, so that softmax tends to the uniform weights U of the mask, and
    a change of the weights acts on equal tokens in vain: rows of it sum to zero. What is left is
    multiplied by U, whose largest eigenvalue, one, belongs to what tokens share, and whose second
    largest is the rate. It depends on the mask alone: zero for a full mask (faster than any rate),
    exactly one half for a causal mask or window, whatever their length, and near one for a window
    on both sides that is short beside the row. One where the mask has no root.

    Parameters
    ----------
    mask : Tensor
        (query, key), true where the query may look at the key. Every token must see itself.

    Returns
    -------
    float from zero to one; zero for fewer than two tokens.

    Raises
    ------
    TypeError, ValueError
        For a mask that is not boolean or not square, or a token that does not see itself.

    Notes
    -----
    Derived here, for layers X ← A X V with orthogonal V. That the collapse is exponential is the
    theorem of Wu et al. 2024 (abstract only). Where U has several equal eigenvalues and too few
    eigenvectors, as for a causal window, the rate is approached late: after more layers than
    the first token needs to reach the last.
    """
    _require_own_place(mask)
    if len(mask) < 2:
        return 0.0
    uniform = widened(mask) / mask.sum(-1, keepdim=True)
    moduli = torch.linalg.eigvals(uniform).abs().sort(descending=True).values
    return moduli[1].clamp(0.0, 1.0).item()


def _require_own_place(mask: Tensor) -> None:
    blind = (~mask.diagonal()).nonzero().flatten().tolist()
    if blind:
        raise ValueError(f"mask must let every token see itself, got {blind[:5]} which do not")
