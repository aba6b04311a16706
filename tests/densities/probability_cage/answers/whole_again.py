"""Answers to "whole-again": one that is right, and mistakes that each break a law."""

import numpy as np
import torch


def right(scores, seen, gain):
    z, on = scores.numpy(), seen.numpy()
    mean = np.average(z, weights=on)
    spread = np.sqrt(np.average((z - mean) ** 2, weights=on))
    return torch.tensor(on * (gain * (z - mean) / spread + 1 / on.sum()))


def _with(scores, seen, gain, added, correction=0):
    held = scores[seen]
    z = gain * (scores - held.mean()) / held.std(correction=correction) + added
    return z * seen


def bias_for_everyone(scores, seen, gain):
    return _with(scores, seen, gain, 0.0) + 1 / seen.sum()


def no_bias(scores, seen, gain):
    return _with(scores, seen, gain, 0.0)


def one_over_all_keys(scores, seen, gain):
    return _with(scores, seen, gain, 1 / len(scores))


def a_whole_one_each(scores, seen, gain):
    return _with(scores, seen, gain, 1.0)


def softmax(scores, seen, gain):
    return (gain * scores).masked_fill(~seen, -torch.inf).softmax(-1)


def one_less_in_the_count(scores, seen, gain):
    return _with(scores, seen, gain, 1 / seen.sum(), correction=1)


def not_standardised(scores, seen, gain):
    held = scores[seen]
    return (gain * (scores - held.mean()) + 1 / seen.sum()) * seen


WRONG = {
    "unseen keys": [bias_for_everyone],
    "constants are kept": [no_bias, one_over_all_keys, a_whole_one_each],
    "a unit of score": [softmax, one_less_in_the_count, not_standardised],
}
