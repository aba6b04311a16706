r"""The mean squared distance from the mean is the mean square less the square of the mean, $\sum_i
p_i \lVert v_i \rVert^2 - \lVert \sum_i p_i v_i \rVert^2$. It is zero if and only if all keys
with weight have the same value: a row with one key, or keys that agree.
"""


def spread_of_draws(weights, values):
    readout = weights @ values
    return weights @ (values**2).sum(-1) - readout @ readout
