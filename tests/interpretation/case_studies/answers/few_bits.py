"""Answers to "few-bits": one that is right, and mistakes that each break a law."""

import torch


def right(states, n_bits):
    steps = 2 ** (n_bits - 1) - 1
    grid = torch.linspace(-1, 1, 2 * steps + 1, dtype=states.dtype) * states.abs().max()
    return grid[(states[..., None] - grid).abs().argmin(-1)]


def _step(states, n_bits):
    return states.abs().max() / (2 ** (n_bits - 1) - 1)


def rounded_down(states, n_bits):
    step = _step(states, n_bits)
    return (states / step).floor() * step


def between_the_ends(states, n_bits):
    low, high = states.min(), states.max()
    step = (high - low) / (2**n_bits - 1) * 1.1
    return ((states - low) / step).floor() * step + low


def shifted_to_positive(states, n_bits):
    step = _step(states, n_bits)
    return (states / step + 0.25).round() * step


def one_point_too_many(states, n_bits):
    step = states.abs().max() / 2 ** (n_bits - 1)
    return (states / step).round().clamp(1 - 2 ** (n_bits - 1), 2 ** (n_bits - 1) - 1) * step


def clipped_at_the_spread(states, n_bits):
    largest = states.abs().mean() * 1.5
    step = largest / (2 ** (n_bits - 1) - 1)
    return (states.clamp(-largest, largest) / step).round() * step


def cut_to_whole_numbers(states, n_bits):
    return states.round() + 0 * states


def a_grid_without_zero(states, n_bits):
    step = 2 * states.abs().max() / (2**n_bits - 1)
    steps = (states.abs() / step).floor().clamp_max(2 ** (n_bits - 1) - 1)
    return torch.where(states < 0, -1.0, 1.0) * (steps + 0.5) * step


def a_bit_too_many(states, n_bits):
    return right(states, n_bits + 1)


def a_grid_for_each_token(states, n_bits):
    return torch.stack([right(row, n_bits) for row in states])


def as_they_are(states, n_bits):
    return states.clone()


def towards_zero(states, n_bits):
    step = _step(states, n_bits)
    return (states / step + 1e-9 * states.sign()).trunc() * step


def ends_and_zero(states, n_bits):
    largest = states.abs().max()
    return (states / largest).round() * largest


def sign_alone(states, n_bits):
    return states.sign() * states.abs().max()


WRONG = {
    "turned round": [rounded_down, between_the_ends, shifted_to_positive],
    "the largest stays": [one_point_too_many, clipped_at_the_spread, cut_to_whole_numbers],
    "zero stays": [a_grid_without_zero],
    "few values": [a_bit_too_many, a_grid_for_each_token, as_they_are],
    "half a step": [towards_zero, ends_and_zero, sign_alone],
}
