r"""Choosing a key is choosing a piece, with the softmax of the log sums, and then a key within it.
Surprises of steps add, so that the entropy of all is that of the pieces and the mean of their own
entropies: Shannon's chain rule. Copies are chosen evenly, which adds the log of their number; what
is read is the same mean of the same values.
"""


def entropy_of_all(log_sums, entropies):
    log_shares = log_sums.log_softmax(-1)
    return (log_shares.exp() * (entropies - log_shares)).sum()
