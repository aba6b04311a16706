"""One passage through a trained model: what every attention layer and head read and made."""

from torch import Tensor, nn

from attnkit.arguments import checked
from attnkit.trained.encoder import Encoder, model_of
from attnkit.trained.multihead import capture_layer
from attnkit.trained.record import Capture
from attnkit.trained.transformer import capture_model, is_transformer

__all__ = ["capture"]


@checked
def capture(model: nn.Module | Encoder, tokens: Tensor) -> Capture:
    r"""Return scores, weights, queries, keys, values and hidden states by layer and head.

    What is returned satisfies, for each layer and head,

    .. math:: a_{ij} = \frac{e^{z_{ij}}}{\sum_{k} e^{z_{ik}}}, \qquad
              z_{ij} = s\, q_i \cdot k_j + m_{ij},

    with the model's own scale s (mostly one over the root of the width) and mask m.

    Parameters
    ----------
    model : nn.Module or Encoder
        A model of `transformers` loaded with `attn_implementation="eager"` (an encoder like BERT,
        a decoder like GPT-2 or Llama), or one `nn.MultiheadAttention`;
        or what `encoder()` returns.
    tokens : Tensor
        One passage: integers (token,) of the model's vocabulary; for `nn.MultiheadAttention` states
        (token, width). A batch of one is taken too.

    Returns
    -------
    Capture
        Tensors (layer, head, …) on the model's device, without gradient. The model is run once, in
        evaluation mode, and left as it was.

    Raises
    ------
    TypeError
        If the model is neither, or the tokens have another dtype.
    ValueError
        If the model has no eager attention, or does more than softmax between scores and weights;
        if the tokens are none, several passages, beyond the vocabulary, or too many.

    Notes
    -----
    Defined here. Vaswani et al. 2017 is the source of the formula.

    Examples
    --------
    >>> import torch
    >>> from attnkit.trained import capture
    >>> capture(torch.nn.MultiheadAttention(6, 2), torch.ones(5, 6))
    Capture of 5 tokens in 1 layer of 2 heads
    """
    model = model_of(model)
    if isinstance(model, nn.MultiheadAttention):
        return capture_layer(model, tokens)
    if is_transformer(model):
        return capture_model(model, tokens)
    raise TypeError(
        "model must be a model of transformers or an nn.MultiheadAttention, "
        f"got {type(model).__name__}"
    )
