"""Scores of all heads on three short passages, kept in the package: no model is needed.

`python -m attnkit.trained.presets` writes them anew, with the real encoder.
"""

from functools import cache
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from attnkit.trained.capture import capture
from attnkit.trained.encoder import encoder

__all__ = ["LONGEST", "PRESETS", "read"]

LONGEST = 12
"""Tokens of a passage, those that the tokenizer adds included."""

PRESETS = (
    "The bank by the river is a closed bank.",
    "She gave the dog a bone; it ate.",
    "The old heron stood where the crane now stands.",
)
_PLACE = Path(__file__).with_name("presets.npz")


@cache
def read(text: str) -> tuple[list[str], Tensor]:
    """Words (token) and scores (layer, head, query, key) of a passage of at most `LONGEST` tokens.

    A preset is read from the package; any other text by the real encoder.

    Raises
    ------
    ValueError
        If it is empty or too long, or needs the encoder where there is none; says so.
    """
    if text in PRESETS:
        place = PRESETS.index(text)
        with np.load(_PLACE, allow_pickle=False) as file:
            words, scores = file[f"words_{place}"], file[f"scores_{place}"]
        return words.tolist(), torch.from_numpy(scores).double()
    try:
        return measured(text)
    except ModuleNotFoundError as error:
        raise ValueError(f"only the three passages listed, or {error}") from None


def measured(text: str) -> tuple[list[str], Tensor]:
    """The same from the encoder itself."""
    real = encoder()
    tokens = real.tokens(text)
    if not 3 <= len(tokens) <= LONGEST:
        raise ValueError(
            f"passage must have 1 to {LONGEST - 2} tokens, got {len(tokens) - 2}: "
            f"{' '.join(real.words(tokens)[1:-1])}"
        )
    return real.words(tokens), capture(real.model, tokens).scores.double()


def write() -> None:
    """Keep what the encoder gives."""
    arrays = {}
    for place, text in enumerate(PRESETS):
        words, scores = measured(text)
        arrays |= {f"words_{place}": np.array(words), f"scores_{place}": scores.half().numpy()}
    np.savez_compressed(_PLACE, **arrays)


if __name__ == "__main__":
    write()
