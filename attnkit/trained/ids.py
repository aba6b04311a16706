"""Whether a passage's tokens are ones that a model can read."""

import torch
from torch import Tensor, nn

__all__ = ["require_ids"]


def require_ids(model: nn.Module, ids: Tensor) -> Tensor:
    """Tokens (token,) or (1, token) as the batch of one that a model takes.

    Raises
    ------
    TypeError, ValueError
        If they are no integers, none or several passages, beyond the vocabulary, or more than the
        model has positions; and if the model reads no tokens at all.
    """
    if not hasattr(model.get_input_embeddings(), "num_embeddings"):
        raise ValueError(
            f"model must read the tokens of a vocabulary, but {type(model).__name__} does not"
        )
    if ids.dtype not in (torch.int64, torch.int32):
        raise TypeError(f"tokens must be integers of the vocabulary (token,), got {ids.dtype}")
    batch = ids[None] if ids.ndim == 1 else ids
    if batch.ndim != 2 or len(batch) != 1:
        raise ValueError(f"tokens must be one passage, (token,), got shape {tuple(ids.shape)}")
    n_tokens = batch.shape[1]
    if n_tokens == 0:
        raise ValueError("tokens must hold one token at least, got none")
    _require_known(model, batch)
    longest = _longest(model)
    if n_tokens > longest:
        raise ValueError(f"tokens must be at most {longest}, which the model reads, got {n_tokens}")
    return batch.long().to(model.get_input_embeddings().weight.device)


def _require_known(model: nn.Module, ids: Tensor) -> None:
    n_words = model.get_input_embeddings().num_embeddings
    low, high = int(ids.min()), int(ids.max())
    if low < 0 or high >= n_words:
        raise ValueError(
            f"tokens must lie in the model's vocabulary, 0 to {n_words - 1}, got {low} to {high}: "
            "this tokenizer does not fit this model"
        )


def _longest(model: nn.Module) -> int:
    """How many positions there are; a table that counts from its padding entry on has fewer."""
    positions = getattr(model.config, "max_position_embeddings", None) or 2**20
    for name, part in model.named_modules():
        if name.endswith("position_embeddings") and isinstance(part, nn.Embedding):
            spent = 0 if part.padding_idx is None else part.padding_idx + 1
            positions = min(positions, part.num_embeddings - spent)
    return positions
