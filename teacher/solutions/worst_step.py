"""The steepest way down.

The derivative of the readout by score i is p_i (v_i - c), since a raised score takes weight from
all others in proportion. The fastest fall for a given length is against the gradient. It sums to
zero because softmax does not see a constant, and it is of no use where one key has all the weight,
or all values are the same: there the gradient vanishes.
"""


def hurtful_step(scores, values, size):
    weights = scores.softmax(-1)
    gradient = weights * (values - weights @ values)
    return -size * gradient / gradient.norm()
