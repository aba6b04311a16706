"""Answers to "bounded-write": one that is right, and mistakes that each break a law."""

import torch


def right(memory, key, value, rate, delta):
    error = value - key @ memory
    length = float(error @ error) ** 0.5
    capped = error if length <= delta else [delta * float(e) / length for e in error]
    return memory + rate * key[:, None] * torch.as_tensor(capped, dtype=memory.dtype)


def _written(memory, key, push, rate):
    return memory + rate * torch.outer(key, push)


def always_at_full_length(memory, key, value, rate, delta):
    error = value - key @ memory
    return _written(memory, key, delta * error / error.norm().clamp_min(1e-12), rate)


def the_wrong_way(memory, key, value, rate, delta):
    error = key @ memory - value
    return _written(memory, key, error * min(1.0, delta / max(float(error.norm()), 1e-12)), rate)


def value_capped_in_place_of_the_error(memory, key, value, rate, delta):
    capped = value * min(1.0, delta / max(float(value.norm()), 1e-12))
    return _written(memory, key, capped - key @ memory, rate)


def the_delta_rule(memory, key, value, rate, delta):
    return _written(memory, key, value - key @ memory, rate)


def root_of_the_error(memory, key, value, rate, delta):
    error = value - key @ memory
    length = max(float(error.norm()), 1e-12)
    return _written(memory, key, error * min(1.0, (delta / length) ** 0.5), rate)


def sign_beyond_delta(memory, key, value, rate, delta):
    error = value - key @ memory
    return _written(memory, key, error if error.norm() <= delta else error.sign(), rate)


def coordinates_capped(memory, key, value, rate, delta):
    root = len(value) ** 0.5
    return _written(memory, key, (value - key @ memory).clamp(-delta / root, delta / root), rate)


def far_values_skipped(memory, key, value, rate, delta):
    error = value - key @ memory
    return memory if error.norm() > delta else _written(memory, key, error, rate)


def pulled_back_beyond_delta(memory, key, value, rate, delta):
    error = value - key @ memory
    length = max(float(error.norm()), 1e-12)
    return _written(memory, key, error * min(1.0, (delta / length) ** 2), rate)


WRONG = {
    "small errors": [
        always_at_full_length,
        the_wrong_way,
        value_capped_in_place_of_the_error,
    ],
    "bounded": [the_delta_rule, root_of_the_error, sign_beyond_delta],
    "no favoured direction": [coordinates_capped],
    "downhill": [far_values_skipped, pulled_back_beyond_delta],
}
