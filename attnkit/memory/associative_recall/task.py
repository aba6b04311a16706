"""The task: pairs of tokens, then each first token again, in another order."""

from typing import Annotated

import torch
from jaxtyping import Int
from torch import Tensor

from attnkit.arguments import Range, checked

__all__ = ["recall_sequences"]


@checked
def recall_sequences(
    n_sequences: Annotated[int, Range(0, 2**20)],
    n_pairs: Annotated[int, Range(1, 2**14)],
    *,
    vocabulary: Annotated[int, Range(2, 2**20)],
    generator: torch.Generator,
) -> tuple[Int[Tensor, "sequence time"], Int[Tensor, "sequence pair"]]:
    r"""Draw sequences of multi-query associative recall, and the values they are asked for.

    .. math:: k_1\, v_1\, k_2\, v_2 \dots k_n\, v_n\;\; k_{\pi(1)} \dots k_{\pi(n)}
              \;\longrightarrow\; v_{\pi(1)} \dots v_{\pi(n)}

    Keys of a sequence are distinct; so are its values.

    Parameters
    ----------
    n_sequences, n_pairs : int
        How many sequences, and how many pairs n each, at most half the vocabulary.
    vocabulary : int
        Tokens: the first half are keys, the second half values.
    generator : torch.Generator
        The source of chance.

    Returns
    -------
    tokens, answers
        (sequence, 3 n), and (sequence, n) for the last n places, numbered from 0 among the values.

    Raises
    ------
    ValueError, TypeError
        Sizes out of range or no integers, more pairs than keys, no generator.

    References
    ----------
    Arora et al. 2023, "Zoology". There queries are scattered among random tokens, at distances of a
    power law; here they follow one another, each key once.
    """
    n_words = vocabulary // 2
    if n_pairs > n_words:
        raise ValueError(f"n_pairs must be at most vocabulary / 2 = {n_words}, got {n_pairs}")

    def drawn(n_all: int) -> Tensor:
        return torch.rand(n_sequences, n_all, generator=generator).argsort(-1)

    keys, values = drawn(n_words)[:, :n_pairs], drawn(n_words)[:, :n_pairs]
    asked = drawn(n_pairs)
    pairs = torch.stack([keys, values + n_words], -1).flatten(1)
    return torch.cat([pairs, keys.gather(1, asked)], 1), values.gather(1, asked)
