"""Kendall's tau with ties.

The sign of every difference makes a square of plus, minus and zero for each row. Their product,
place by place, is plus where both rows put a pair in the same order; the sum of a square's
absolute values counts the pairs that its row does not tie. Every pair is counted twice throughout,
which cancels.
"""


def tau_of_orders(first, second):
    squares = [(row[:, None] - row[None, :]).sign() for row in (first, second)]
    untied = [square.abs().sum() for square in squares]
    return (squares[0] * squares[1]).sum() / (untied[0] * untied[1]).sqrt()
