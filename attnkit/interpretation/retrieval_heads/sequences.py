"""What the model reads: words that come back in the same order, and needles in a haystack."""

from typing import Annotated

import torch
from jaxtyping import Bool, Int
from torch import Tensor

from attnkit.arguments import Range, checked

__all__ = ["hidden_needles", "repeated_sequences"]

Count = Annotated[int, Range(0, 2**20)]
Size = Annotated[int, Range(1, 2**14)]


@checked
def repeated_sequences(
    n_sequences: Count,
    n_tokens: Size,
    *,
    periods: tuple[int, int],
    vocabulary: Size,
    generator: torch.Generator,
) -> tuple[Int[Tensor, "sequence time"], Bool[Tensor, "sequence time"]]:
    r"""Draw sequences of distinct tokens that repeat, and where the next token can be known.

    .. math:: x_t = w_{t \bmod P}, \qquad w \text{ distinct}, \; P \text{ uniform in } [a, b]

    Parameters
    ----------
    n_sequences, n_tokens : int
        How many, and their length.
    periods : tuple of int
        Smallest and largest period, a and b; at most the vocabulary.
    vocabulary : int
        Tokens to draw from.
    generator : torch.Generator
        The source of chance.

    Returns
    -------
    tokens, known
        (sequence, time); a token is known to have been seen before from the period on, and what
        follows it is then given by what followed it.

    Raises
    ------
    ValueError, TypeError
        Sizes out of range or no integers, periods that do not rise or ask for too many tokens.

    References
    ----------
    Defined here, after the repeated random sequences of Olsson et al. 2022.
    """
    low, high = periods
    if not 1 <= low <= high <= vocabulary:
        raise ValueError(f"periods must rise from 1 to the vocabulary {vocabulary}, got {periods}")
    words = torch.rand(n_sequences, vocabulary, generator=generator).argsort(-1)
    period = torch.randint(low, high + 1, (n_sequences, 1), generator=generator)
    time = torch.arange(n_tokens)
    return words.gather(1, time % period), time >= period


@checked
def hidden_needles(
    n_sequences: Count,
    haystack: Size,
    *,
    size: Size,
    vocabulary: Size,
    generator: torch.Generator,
) -> tuple[Int[Tensor, "sequence time"], Bool[Tensor, "sequence time"]]:
    r"""Draw haystacks of distinct tokens with a needle in each, then the needle's first token.

    .. math:: x_1 \dots x_s \dots x_{s+m-1} \dots x_n\; x_s
              \;\longrightarrow\; x_{s+1} \dots x_{s+m-1}

    Parameters
    ----------
    n_sequences : int
        How many.
    haystack, size : int
        Tokens n before the cue, and how many m of them are the needle; m < n.
    vocabulary : int
        Tokens to draw from, at least n.
    generator : torch.Generator
        The source of chance.

    Returns
    -------
    tokens, needle
        (sequence, haystack + 1), the last of them the cue, and true where the needle stands.

    Raises
    ------
    ValueError, TypeError
        Sizes out of range or no integers; a needle that is no part of its haystack, or a haystack
        of more tokens than there are.

    References
    ----------
    Defined here.
    """
    if not size < haystack <= vocabulary:
        raise ValueError(
            f"size must be less than haystack, and haystack at most the vocabulary {vocabulary}, "
            f"got size {size} and haystack {haystack}"
        )
    words = torch.rand(n_sequences, vocabulary, generator=generator).argsort(-1)[:, :haystack]
    start = torch.randint(haystack - size + 1, (n_sequences, 1), generator=generator)
    ahead = torch.arange(haystack + 1) - start
    needle = (ahead >= 0) & (ahead < size)
    needle[:, -1] = False
    return torch.cat([words, words.gather(1, start)], 1), needle
