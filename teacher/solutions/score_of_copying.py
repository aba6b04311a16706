"""A table of places starts false; every step in which the token at the place looked at is the one
that was written marks its place. A place that is copied twice is marked twice and counts once, so
that a model which repeats itself gains nothing, and the score can't pass one.
"""

import torch


def score_copies(looked, tokens, written, needle):
    copied = torch.zeros_like(needle)
    copied[looked[tokens[looked] == written]] = True
    return float((copied & needle).double().sum() / needle.double().sum())
