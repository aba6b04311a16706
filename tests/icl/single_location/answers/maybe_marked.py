"""Answers to "maybe-marked": one that is right, and mistakes that each break a law."""

import torch


def _weights(tokens, key, signal, absent, *, constant=1.0, share=None):
    """Unnormalised chances of the places, without logarithms."""
    share = 1 / len(tokens) if share is None else share
    ratios = torch.exp(signal**0.5 * tokens @ key - constant * signal * key.square().sum() / 2)
    return (1 - absent) * share * ratios


def right(tokens, key, value, signal, absent):
    places = _weights(tokens, key, signal, absent)
    return (places * (tokens @ value)).sum() / (places.sum() + absent)


def _blended(places, tokens, value, absent):
    return (places * (tokens @ value)).sum() / (places.sum() + absent)


def mean_of_contents(tokens, key, value, signal, absent):
    return (1 - absent) * (tokens @ value).mean()


def score_not_rooted(tokens, key, value, signal, absent):
    return (1 - absent) * (signal * tokens @ key).softmax(-1) @ (tokens @ value)


def always_a_sink(tokens, key, value, signal, absent):
    places = _weights(tokens, key, signal, 0.0)
    return (1 - absent) * _blended(places, tokens, value, 1.0)


def never_silent(tokens, key, value, signal, absent):
    return (signal**0.5 * tokens @ key).softmax(-1) @ (tokens @ value)


def one_of_all_hypotheses(tokens, key, value, signal, absent):
    places = _weights(tokens, key, signal, 0.0) * len(tokens)
    return _blended(places, tokens, value, 1.0 if absent else 0.0)


def half_silent(tokens, key, value, signal, absent):
    return (1 - absent / 2) * never_silent(tokens, key, value, signal, absent)


def prior_not_shared(tokens, key, value, signal, absent):
    return _blended(_weights(tokens, key, signal, absent, share=1.0), tokens, value, absent)


def silent_by_the_square(tokens, key, value, signal, absent):
    return (1 - absent**2) * never_silent(tokens, key, value, signal, absent)


def sink_for_each_token(tokens, key, value, signal, absent):
    places = _weights(tokens, key, signal, absent, share=1.0)
    return _blended(places, tokens, value, absent / len(tokens))


def silent_before_looking(tokens, key, value, signal, absent):
    return (1 - absent) * never_silent(tokens, key, value, signal, absent)


def constant_forgotten(tokens, key, value, signal, absent):
    return _blended(_weights(tokens, key, signal, absent, constant=0.0), tokens, value, absent)


def constant_not_halved(tokens, key, value, signal, absent):
    return _blended(_weights(tokens, key, signal, absent, constant=2.0), tokens, value, absent)


def key_taken_for_a_unit_vector(tokens, key, value, signal, absent):
    constant = (1 / key.square().sum()).item()
    places = _weights(tokens, key, signal, absent, constant=constant)
    return _blended(places, tokens, value, absent)


WRONG = {
    "never missing": [mean_of_contents, score_not_rooted, always_a_sink],
    "always missing": [never_silent, one_of_all_hypotheses, half_silent],
    "nothing to see": [silent_by_the_square, sink_for_each_token, prior_not_shared],
    "by Bayes' rule": [
        silent_before_looking,
        constant_forgotten,
        constant_not_halved,
        key_taken_for_a_unit_vector,
    ],
}
