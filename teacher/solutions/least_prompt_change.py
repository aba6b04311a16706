r"""A softmax does not see a constant in its scores, so that $A\delta + c$ will do for any $c$.
Each row moves along $x$ alone (Cauchy-Schwarz), and the norm is $|A\delta + c|/|x|$, least where
$c$ takes the mean off. The centred change is shorter than the page's unless the step's scores have
mean zero already.
"""


def change_data(data, weights, step):
    scores = data @ step
    centred = scores - scores.mean()
    return centred[:, None] * weights / weights.dot(weights)
