r"""Only the best two scores count. The row is one-hot if and only if their gap is at least
$T/(\alpha-1)$, so the largest temperature is $(\alpha-1)$ times the gap. A student who lets the
third key in, or the mean, meets the crowd of the longer rows. At $\alpha = 1$ the answer is zero:
no gap is enough.
"""


def critical_temperature(scores, alpha):
    best_two = scores.topk(2).values
    return (alpha - 1) * (best_two[0] - best_two[1])
