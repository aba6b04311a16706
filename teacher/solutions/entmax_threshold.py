r"""The sum of the weights falls with $\tau$ from infinity to zero and is continuous, so one root
exists and halving finds it. At $\tau = z_{\max} - 1/(\alpha-1)$ the best key alone has weight one,
so the sum is at least one; at $\tau = z_{\max}$ nobody is left. The search interval is measured
from the best score, which makes the answer shift with the scores to the last bit. For $\alpha > 2$
the weights rise with infinite slope at the edge of the support, hence the generous number of
halvings.

Usual errors: the closed form of sparsemax taken for every $\alpha$; a fixed search interval, which
a shift of the scores leaves; rows taken to be sorted; $\alpha - 1$ lost on the way.
"""


def entmax_threshold(scores, alpha):
    below_best = scores - scores.max()
    low, high = -1 / (alpha - 1), 0.0
    for _ in range(80):
        middle = (low + high) / 2
        raised = ((alpha - 1) * (below_best - middle)).clamp(min=0)
        if (raised ** (1 / (alpha - 1))).sum() > 1:
            low = middle
        else:
            high = middle
    return scores.max() + (low + high) / 2
