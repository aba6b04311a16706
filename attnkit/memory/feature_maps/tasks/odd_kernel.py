"""A kernel expanded to an odd order, and an average that leaves the range of its values."""

import math

from torch import Tensor

from attnkit.coursework import Task, law

__all__ = ["ODD_KERNEL"]

LARGEST = 3.0
LEAST_SUM = 0.1


def _cases(generator, variant):
    yield {"order": variant["order"], "bound": variant["bound"]}


def _weights(query: Tensor, keys: Tensor, order: int) -> Tensor:
    """The exponential series of every score, cut off after `order`."""
    scores = keys @ query
    return sum(scores**power / math.factorial(power) for power in range(order + 1))


@law(
    "modest input",
    f"No entry of query and keys exceeds {LARGEST:g} in size and no value exceeds one.",
    cases=_cases,
)
def _modest(answer, *, order, bound):
    for name, entries, limit in zip(
        ("query", "keys", "values"), answer(), (LARGEST, LARGEST, 1.0), strict=True
    ):
        if bool((entries.abs() > limit).any()):
            return f"an entry of {name} is too large in size"
    return None


@law(
    "positive sum",
    f"The weights sum to at least {LEAST_SUM}: the division itself is in order.",
    cases=_cases,
)
def _positive_sum(answer, *, order, bound):
    query, keys, _ = answer()
    total = _weights(query, keys, order).sum()
    return "the sum of the weights is too small" if total < LEAST_SUM else None


@law("out of range", "The average lies further from zero than the bound.", cases=_cases)
def _outside(answer, *, order, bound):
    query, keys, values = answer()
    weights = _weights(query, keys, order)
    read = (weights @ values / weights.sum()).abs()
    return "the average is too small in size" if read <= bound else None


ODD_KERNEL = Task(
    name="odd-kernel",
    title="One order more is not one better",
    kind="break",
    difficulty=1,
    minutes=20,
    statement=r"""
> *The second-order map expands $e^t$ to $1+t+\frac12t^2$ and works. A higher order comes closer to
> $e^t$, so an average with its weights can only become better.*

Break it at order {order}. The weights are $\sum_{{r\le {order}}} t^r/r!$ with $t = q\cdot k$
(no $\sqrt d$ here), and the read is the average of the values with these weights, divided by their
sum. Write `read_out_of_range()`: it returns a query (2,), two keys (2, 2) and two values (2,), in
float64, no entry of query and keys larger than 3 and no value larger than 1 in size, so that the
sum of the weights is at least 0.1 and the read is larger than {bound} in size. No average of the
two values could be.
""",
    hints=(
        "When is a weighted average not between its values? Plot the polynomial.",
        "An odd polynomial with a positive leading term goes somewhere that an even one does not. "
        "At which scores?",
        "Let one key have a score well below the real root. Then balance: the other weight must "
        "just outweigh it, and the values should have opposite signs.",
    ),
    placeholder='''
def read_out_of_range():
    """A query, two keys and two values whose average leaves their range."""
    query = torch.full((2,), float("nan"), dtype=torch.float64)
    keys = torch.full((2, 2), float("nan"), dtype=torch.float64)
    values = torch.full((2,), float("nan"), dtype=torch.float64)
    return query, keys, values
''',
    laws=(_modest, _positive_sum, _outside),
    variants={"order": (3, 5), "bound": (2.0, 3.0, 5.0)},
)
