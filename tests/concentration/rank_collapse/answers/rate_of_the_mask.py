"""Answers to "rate-of-the-mask": one that is right, and mistakes that each break a law."""

import numpy as np


def right(mask):
    """From the average itself, by numpy, sorted by hand."""
    seen = mask.numpy().astype(float)
    moduli = sorted(map(abs, np.linalg.eigvals(seen / seen.sum(1, keepdims=True))))
    return float(moduli[-2])


def largest(mask):
    return 1.0


def of_singular_values(mask):
    seen = mask.numpy().astype(float)
    return float(np.linalg.svd(seen / seen.sum(1, keepdims=True))[1][1])


def of_the_mask_itself(mask):
    moduli = sorted(map(abs, np.linalg.eigvals(mask.numpy().astype(float))))
    return float(moduli[-2])


def one_over_what_is_seen(mask):
    return 1 - float(mask.double().mean())


def signed(mask):
    """The second on the number line, not in modulus squared."""
    return right(mask) ** 2 if mask.equal(mask.mT) else right(mask)


WRONG = {
    "everyone at once": [largest],
    "two rooms": [of_the_mask_itself, one_over_what_is_seen],
    "length": [of_singular_values],
    "a long run": [signed],
}
