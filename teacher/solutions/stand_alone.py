r"""If one key has weight one, $(\alpha - 1)(b z_1 - \tau) = 1$. The second best loses its weight
where $b z_2 = \tau$, so that $(\alpha - 1)\, b\,(z_1 - z_2) = 1$. The other rivals lie lower still:
their number does not enter, only the best of them. As $\alpha$ goes to one the scale goes to
infinity, for under softmax nobody is ever alone.
"""


def scale_to_stand_alone(scores, alpha):
    first, second = scores.topk(2).values
    return 1 / ((alpha - 1) * float(first - second))
