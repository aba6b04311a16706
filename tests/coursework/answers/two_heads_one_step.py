"""Answers to two-heads-one-step."""

import torch


def pair(d, scales, gains):
    scales, gains = (torch.tensor(each, dtype=torch.float64) for each in (scales, gains))
    key_query = torch.nn.functional.pad(torch.eye(d, dtype=torch.float64), (0, 0, 0, 1))
    label = torch.nn.functional.one_hot(torch.tensor([[d]]), d + 1)
    return scales[:, None, None] * key_query, gains[:, None, None] * label


def right(d, rate, scale):
    return pair(d, (-scale, scale), (-0.5 * rate / scale, 0.5 * rate / scale))


def one_head(d, rate, scale):
    return pair(d, (scale, 0.0), (rate / scale, 0.0))


def same_sign(d, rate, scale):
    return pair(d, (scale, scale), (rate / scale / 2, rate / scale / 2))


def doubled(d, rate, scale):
    return pair(d, (scale, -scale), (rate / scale, -rate / scale))


def gain_without_scale(d, rate, scale):
    return pair(d, (scale, -scale), (rate / 2, -rate / 2))


def beside_a_flat_head(d, rate, scale):
    return pair(d, (scale, 0.0), (rate / scale, -rate / scale))


WRONG = {
    "constant labels": [one_head, same_sign],
    "debiased step": [doubled, gain_without_scale],
    "square of the scale": [beside_a_flat_head],
}
