r"""A vector $c$ added to every key adds $q \cdot c/\sqrt d$ to all scores of the query $q$.
Softmax divides it out, as $e^{s + \delta} = e^\delta e^s$; a polynomial has no such rule. But the
mean score of a row moves by the same number, so the scores less their mean do not move at all, and
the mean score is the score of the mean key. A causal model may take the mean of the keys so far,
and since $T(s - \delta)$ is a parabola in $s$ again, it can do so when it reads: the state stays
as it is.

Common mistakes: to centre the queries, which is no help; to take one mean for all rows; to centre
the weights; and to subtract the largest score, as one does before a softmax: that too is blind to a
shift, but it is another polynomial, lowest where the second-best keys are.
"""


def centred_weights(queries, keys):
    """Centre the keys, then the parabola."""
    scores = queries @ (keys - keys.mean(0)).mT / keys.shape[-1] ** 0.5
    kernel = 1 + scores * (1 + scores / 2)
    return kernel / kernel.sum(-1, keepdim=True)
