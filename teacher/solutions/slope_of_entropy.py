r"""With $u = 1/t$ the entropy is $H = \log Z - u \, d\log Z/du$, where $d\log Z/du$ is the mean
score and $d^2 \log Z/du^2$ the variance. So $dH/du = -u \operatorname{Var}(z)$, and with
$du/dt = -1/t^2$ the slope is $\operatorname{Var}(z)/t^3$: never negative, and zero where all
attended scores are equal or one key has everything.
"""


def slope_of_entropy(scores, temperature):
    weights = (scores / temperature).softmax(-1)
    mean = (weights * scores).sum()
    return (weights * (scores - mean) ** 2).sum() / temperature**3
