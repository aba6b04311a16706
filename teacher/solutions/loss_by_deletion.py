"""Deletion in closed form.

Without key i the other weights sum to one less p_i, and by sharing in proportion they become p_j /
(1 - p_i). So the new readout is (c - p_i v_i) / (1 - p_i), and the loss is c less that, p_i (v_i -
c) / (1 - p_i). The gradient by the score is p_i (v_i - c): the two agree where a key has little
weight, and part where one key has nearly all of it.
"""


def losses_by_deletion(weights, values):
    read = weights @ values
    return weights * (values - read) / (1 - weights)
