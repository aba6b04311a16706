"""Queries and keys of four heads of a trained encoder, kept in the package: no model is needed.

`python -m attnkit.trained.kept_heads` writes them anew, with the real encoder.
"""

from functools import cache
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from attnkit.trained.capture import capture
from attnkit.trained.encoder import encoder
from attnkit.trained.passages import passages

__all__ = ["HEADS", "read_heads"]

HEADS = {"asks [CLS]": (2, 12), "one ahead": (2, 9), "same word": (3, 10), "nearly even": (1, 12)}
"""Layer and head, counted from one, of what is known by what it does."""

_PASSAGE = 12
_PLACE = Path(__file__).with_name("kept_heads.npz")


@cache
def read_heads() -> tuple[Tensor, Tensor]:
    """Queries and keys (head, token, feature), whose inner products are the scores."""
    with np.load(_PLACE, allow_pickle=False) as file:
        queries, keys = (torch.from_numpy(file[name]).double() for name in ("queries", "keys"))
    return queries, keys


def write() -> None:
    """Keep what the encoder gives of a passage of 44 tokens."""
    with torch.no_grad():
        read = capture(encoder().model, encoder().tokens(passages()[_PASSAGE]))
    layers, heads = torch.tensor([*HEADS.values()]).T - 1
    scale = read.queries.shape[-1] ** -0.25
    arrays = {
        name: (tokens[layers, heads] * scale).half().numpy()
        for name, tokens in (("queries", read.queries), ("keys", read.keys))
    }
    np.savez_compressed(_PLACE, **arrays)


if __name__ == "__main__":
    write()
