"""Which places a scan merges in which round: three plans that make all prefixes of n tokens.

A plan is a list of rounds, a round a list of (from, into): the triple at `into` becomes the two
merged, all of a round at once.
"""

from collections.abc import Callable

__all__ = ["PLANS", "Plan"]

Plan = list[list[tuple[int, int]]]


def loop_plan(n: int) -> Plan:
    """One after another."""
    return [[(i - 1, i)] for i in range(1, n)]


def shallow_plan(n: int) -> Plan:
    """Each with the one 2^r before it, in round r."""
    rounds, step = [], 1
    while step < n:
        rounds.append([(i - step, i) for i in range(step, n)])
        step *= 2
    return rounds


def pairwise_plan(n: int) -> Plan:
    """Neighbours, the prefixes of the pairs, and what is between them."""
    if n < 2:
        return []
    up = [(i - 1, i) for i in range(1, n, 2)]
    inside = [
        [(2 * left + 1, 2 * right + 1) for left, right in each] for each in pairwise_plan(n // 2)
    ]
    between = [(i - 1, i) for i in range(2, n, 2)]
    return [each for each in (up, *inside, between) if each]


PLANS: dict[str, Callable[[int], Plan]] = {
    "one after another": loop_plan,
    "fewest rounds": shallow_plan,
    "few of both": pairwise_plan,
}
"""By what each is good at: the loop has the fewest merges, and the most rounds."""
