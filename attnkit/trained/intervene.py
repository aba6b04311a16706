"""Run a trained model on other weights or values than its own: what would it say without a head?"""

from collections.abc import Callable

from jaxtyping import Float
from torch import Tensor, nn

from attnkit.arguments import checked
from attnkit.trained.encoder import Encoder, model_of
from attnkit.trained.record import Layer
from attnkit.trained.transformer import run

__all__ = ["intervene"]


@checked
def intervene(
    model: nn.Module | Encoder, tokens: Tensor, change: Callable
) -> Float[Tensor, "states token width"]:
    """Return the hidden states of a pass in which each layer reads what `change` makes of it.

    Parameters
    ----------
    model : nn.Module or Encoder
        Of `transformers`, with eager attention; or what `encoder()` returns.
    tokens : Tensor
        (token,), integers of the model's vocabulary.
    change : callable
        `change(layer, made) -> (weights, values)`, or None to leave this layer as it is: `layer`
        counts from 0, and `made` has `queries`, `keys`, `values` (head, token, feature), `scores`
        and `weights` (head, query, key), which are not to be written into.

    Returns
    -------
    Tensor
        (layer + 1, token, width), as `capture` has them.

    Raises
    ------
    TypeError, ValueError
        As `capture` for the model and the tokens; if `change` returns weights or values of another
        shape than it was given.

    Notes
    -----
    Defined here. Weights need not sum to one: they are read as they are.

    Examples
    --------
    Without the first token in every head, and nothing in its place::

        def without_first(layer, made):
            return made.weights.index_fill(-1, torch.tensor([0]), 0.0), made.values

        intervene(model, tokens, without_first)
    """
    places = iter(range(2**20))
    return run(model_of(model), tokens, lambda made: _changed(change, next(places), made))


def _changed(change: Callable, layer: int, made: Layer) -> tuple[Tensor, Tensor] | None:
    pair = change(layer, made)
    if pair is None:
        return None
    shapes = [tuple(part.shape) for part in pair]
    wanted = [tuple(made.weights.shape), tuple(made.values.shape)]
    if shapes != wanted:
        raise ValueError(f"change must return weights and values of shapes {wanted}, got {shapes}")
    return pair
