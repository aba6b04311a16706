"""Answers to "p-of-permutations": one that is right, and mistakes that each break a law."""

import torch


def right(found, drawn):
    everyone = torch.cat([drawn, torch.tensor([found], dtype=drawn.dtype)])
    return float((everyone >= found).double().mean())


def share_of_draws(found, drawn):
    return float((drawn >= found).double().mean())


def strictly_above(found, drawn):
    return float((drawn > found).double().mean())


def divided_by_the_draws(found, drawn):
    return float((1 + (drawn >= found).double().sum()) / len(drawn))


def one_sided_wrongly(found, drawn):
    return float((1 + (drawn <= found).double().sum()) / (1 + len(drawn)))


def ties_left_out(found, drawn):
    return float((1 + (drawn > found).double().sum()) / (1 + len(drawn)))


def ties_halved(found, drawn):
    above, tied = (drawn > found).double().sum(), (drawn == found).double().sum()
    return float((1 + above + tied / 2) / (1 + len(drawn)))


def two_sided(found, drawn):
    centre = drawn.median()
    far = (drawn - centre).abs() >= abs(found - centre)
    if found <= drawn.min():
        return float(torch.tensor(1.0))
    return float((1 + far.double().sum()) / (2 + len(drawn)))


WRONG = {
    "never zero": [share_of_draws, strictly_above],
    "at most one": [divided_by_the_draws, one_sided_wrongly],
    "ties count": [ties_left_out, ties_halved],
    "its rank": [two_sided],
}
