r"""The sum falls with $\tau$ and is continuous. At $\tau = \min z - 1$ all keys are whole and it is
$n$; at $\tau = \max z$ it is nothing. Halving that interval finds the root. A sparsemax times $k$
has the right sum, but its best key may have more than one: what a cap takes away has to go to the
next keys, and so the threshold must move.
"""


def spend(scores, budget):
    low, high = scores.min() - 1, scores.max()
    for _ in range(80):
        middle = (low + high) / 2
        if (scores - middle).clamp(0, 1).sum() > budget:
            low = middle
        else:
            high = middle
    return (scores - low).clamp(0, 1)
