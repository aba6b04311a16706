"""One mask goes along with the steps: before each choice the scores of what was taken become minus
infinity, which no other score can be below. It is greedy; the best sum of scores over all orders is
another question, and needs another algorithm.
"""

import torch


def take_each(scores):
    chosen = torch.zeros_like(scores)
    for step, row in enumerate(scores):
        taken = chosen.sum(0) > 0
        chosen[step, row.masked_fill(taken, -torch.inf).argmax()] = 1
    return chosen
