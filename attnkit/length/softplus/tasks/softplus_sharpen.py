"""Sharpen a row by a high power, where neither the power nor the row may break it."""

import torch

from attnkit.coursework import Task, compare, law

__all__ = ["SOFTPLUS_SHARPEN"]


def uneven(generator, variant):
    """Rows of weights that sum to one, from two keys on."""
    for n_keys in (2, 5, 17):
        weights = torch.rand(n_keys, generator=generator).add(0.1)
        yield {"weights": weights / weights.sum(), "power": variant["power"]}


def level(generator, variant):
    """Rows of equal weights; their lengths are powers of two, so that no weight is rounded."""
    for n_keys in (1, 4, 16):
        yield {"weights": torch.full((n_keys,), 1 / n_keys), "power": variant["power"]}


def needles(generator, variant):
    """Long rows with all weight on one key, and rows in which two keys lead by a thousandth."""
    for n_keys in (7, 1009):
        sure = torch.zeros(n_keys)
        sure[3] = 1.0
        faint = torch.full((n_keys,), 1 / n_keys)
        faint[1:3] *= 1.001
        for weights in (sure, faint):
            yield {"weights": weights, "power": variant["power"]}


@law("one whole", "The weights of an uneven row sum to one.", cases=uneven)
def one_whole(answer, weights, power):
    return compare.against(answer(weights, power).sum(), 1.0, what="the sum", tolerance=1e-4)


@law("below the mean", "A key that has no more than the mean gets nothing.", cases=uneven)
def below_the_mean(answer, weights, power):
    low = weights * len(weights) < 0.999
    silent = torch.zeros(int(low.sum()))
    return compare.against(answer(weights, power)[low], silent, what="weights below the mean")


@law("level rows", "A row of equal weights becomes zeros.", cases=level)
def level_rows(answer, weights, power):
    return compare.against(answer(weights, power), torch.zeros_like(weights), what="the weights")


@law("nothing breaks", "Keys that lead alone, by much or little, share all.", cases=needles)
def nothing_breaks(answer, weights, power):
    leads = (weights == weights.max()).float()
    wanted = leads / leads.sum()
    return compare.against(answer(weights, power), wanted, what="the weights", tolerance=1e-4)


@law(
    "ratios",
    "Weights are as the powers of what exceeds the mean.",
    cases=uneven,
)
def ratios(answer, weights, power):
    above = (weights.double() * len(weights) - 1).clamp_min(0)
    relative = (above / above.max()) ** power
    wanted = relative / relative.sum()
    return compare.against(answer(weights, power), wanted, what="the weights", tolerance=1e-3)


SOFTPLUS_SHARPEN = Task(
    name="softplus-sharpen",
    title="Fifteenth powers in single precision",
    kind="implement",
    difficulty=2,
    minutes=30,
    statement=r"""
Write the second stage of LSSAR yourself, without anything of attnkit: `sharpen(weights, power)`
for a row of weights in float32 that sum to one, with offset one, $w_j \propto [n a_j - 1]_+^p$.
Try it with a power of {power}. It must survive a row of a thousand keys with one needle, and a row
whose best keys lead by a thousandth. A row of equal weights becomes zeros.
""",
    hints=(
        "How large is the fifteenth power of a thousand, and the largest number of float32?",
        "The weights are divided by their sum: what may you divide them by before, for free?",
        "Divide by the largest entry before the power, and treat the row that has none first.",
    ),
    placeholder='''
def sharpen(weights, power):
    """Weights (key,) of weights (key,) that sum to one, and a whole power."""
    return torch.full_like(weights, float("nan"))
''',
    laws=(one_whole, below_the_mean, level_rows, nothing_breaks, ratios),
    variants={"power": (15, 12, 20)},
    library={},
)
