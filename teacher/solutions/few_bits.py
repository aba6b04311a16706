"""An even grid with zero in its middle.

Above zero it has 2^(b-1) - 1 points, and as many below, so that with zero there are 2^b - 1: one
of the values that the bits can tell apart is never used. The step is the largest size over the
points above zero, and rounding to whole steps moves no entry by more than half of one.
"""


def kept_in_bits(states, n_bits):
    step = states.abs().max() / (2 ** (n_bits - 1) - 1)
    return (states / step).round() * step
