"""Let the model write, greedily, and keep the row of each head at every step."""

from typing import Annotated

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from attnkit.arguments import Range, checked
from attnkit.interpretation.retrieval_heads.model import InductionModel

__all__ = ["write_on"]


@checked
@torch.no_grad()
def write_on(
    model: InductionModel,
    tokens: Int[Tensor, "sequence time"],
    n_steps: Annotated[int, Range(0, 2**14)],
    kept: Bool[Tensor, "layer head"] | None = None,
) -> tuple[Int[Tensor, "sequence step"], Float[Tensor, "sequence layer head step key"]]:
    r"""Write the likeliest next token so many times, and return the rows that were read for it.

    .. math:: y_t = \arg\max_v \text{logits}(x\, y_{<t})_v

    Parameters
    ----------
    model : InductionModel
        Which writes.
    tokens : Tensor
        (sequence, time), what is there, one token at least.
    n_steps : int
        Tokens to write.
    kept : Tensor or None
        (layer, head), false for a head that is taken out.

    Returns
    -------
    written, weights
        (sequence, step), and (sequence, layer, head, step, key) with a key for every token but the
        last one written, zero where it stood later.

    Raises
    ------
    ValueError, TypeError
        As the model; for no token to begin with.

    References
    ----------
    Defined here.
    """
    if tokens.shape[1] == 0:
        raise ValueError("tokens must hold one token at least for each sequence, got none")
    n_start, rows = tokens.shape[1], []
    n_keys = n_start + max(n_steps - 1, 0)
    for _ in range(n_steps):
        logits, weights = model(tokens, kept)
        later = n_keys - tokens.shape[1]
        rows.append(torch.nn.functional.pad(weights[..., -1, :], (0, later)))
        tokens = torch.cat([tokens, logits[:, -1].argmax(-1, keepdim=True)], 1)
    if not rows:
        shape = (len(tokens), 2, model.layers[0].n_heads, 0, n_keys)
        return tokens[:, n_start:], model.choice.weight.new_zeros(shape)
    return tokens[:, n_start:], torch.stack(rows, -2)
