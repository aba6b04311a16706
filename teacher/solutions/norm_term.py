r"""Multiplied out, $-\lVert q - k\rVert^2/2h = q \cdot k/h - \lVert k\rVert^2/2h - \lVert
q\rVert^2/2h$. The last term is the same for all keys of a row, and softmax divides it away. The
second is the key's own, so it is the bias; without it attention gives a key of length $\ell$ a
factor $e^{\ell^2/2h}$ too much: it overrates long keys.
"""


def missing_bias(keys, bandwidth):
    return -(keys**2).sum(-1) / (2 * bandwidth)
