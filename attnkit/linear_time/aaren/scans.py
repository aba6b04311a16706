"""All prefixes of a sequence of triples: by a loop, in few rounds, with few merges, as a matrix."""

import math

import torch

from attnkit.linear_time.aaren.triples import Triple, merged

__all__ = ["loop_prefixes", "matrix_prefixes", "pairwise_prefixes", "shallow_prefixes"]


def loop_prefixes(triples: Triple) -> Triple:
    """Each merged into what came before it: n − 1 merges in n − 1 rounds."""
    prefixes = [triples.at(slice(0, 1))]
    for i in range(1, triples.weight.shape[-1]):
        prefixes.append(merged(prefixes[-1], triples.at(slice(i, i + 1))))
    return _joined(*prefixes)


def shallow_prefixes(triples: Triple) -> Triple:
    """In round r each is merged with the one 2^r before it: the least number of rounds."""
    step = 1
    while step < triples.weight.shape[-1]:
        both = merged(triples.at(slice(None, -step)), triples.at(slice(step, None)))
        triples = _joined(triples.at(slice(None, step)), both)
        step *= 2
    return triples


def pairwise_prefixes(triples: Triple) -> Triple:
    """Neighbours merged, the prefixes of these, and what is between them: under 2 n merges."""
    n = triples.weight.shape[-1]
    if n < 2:
        return triples
    odd = slice(1, None, 2)
    pairs = pairwise_prefixes(merged(triples.at(slice(0, n - 1, 2)), triples.at(odd)))
    between = merged(pairs.at(slice(0, (n - 1) // 2)), triples.at(slice(2, None, 2)))
    return _alternating(_joined(triples.at(slice(0, 1)), between), pairs)


def matrix_prefixes(triples: Triple) -> Triple:
    """Every prefix by itself: quadratic in the length, and without a merge."""
    largest = triples.largest.cummax(-1).values if triples.weight.shape[-1] else triples.largest
    reference = torch.where(largest > -math.inf, largest, 0.0)
    below = triples.largest[..., None, :] - reference[..., :, None]
    seen = torch.ones_like(below, dtype=torch.bool).tril()
    shares = torch.where(seen, below, -math.inf).exp()
    return Triple(largest, (shares @ triples.weight[..., None])[..., 0], shares @ triples.total)


def _joined(*parts: Triple) -> Triple:
    """One after another."""
    largest, weight, total = zip(*parts, strict=True)
    return Triple(torch.cat(largest, -1), torch.cat(weight, -1), torch.cat(total, -2))


def _alternating(first: Triple, second: Triple) -> Triple:
    """One of the first, one of the second, and so on; the first has as many, or one more."""
    n_first, n_second = first.weight.shape[-1], second.weight.shape[-1]
    order = torch.arange(n_first + n_second, device=first.weight.device)
    both = _joined(first, second)
    return both.at(torch.where(order % 2 == 0, order // 2, n_first + order // 2))
