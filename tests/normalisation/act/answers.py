"""Answers to "second-sink": one that is right, and mistakes that each break a law."""

import torch


def sinks_of(weights, threshold):
    n = len(weights)
    return [k for k in range(n) if weights[k:, k].mean() > threshold]


def calibrated(weights, beta, sinks):
    made = weights.clone()
    for q, row in enumerate(weights):
        others = [k for k in range(len(row)) if k not in sinks]
        freed = sum((1 - beta) * float(row[k]) for k in sinks)
        total = sum(float(row[k]) for k in others)
        for k in range(len(row)):
            made[q, k] = beta * row[k] if k in sinks else row[k] * (1 + freed / total)
    return made


def right(weights, beta, threshold):
    return calibrated(weights, beta, sinks_of(weights, threshold)[1:])


def nothing_handed_on(weights, beta, threshold):
    made = weights.clone()
    made[:, sinks_of(weights, threshold)[1:]] *= beta
    return made


def edited_before_it_is_measured(weights, beta, threshold):
    sinks = sinks_of(weights, threshold)[1:]
    made = weights.clone()
    made[:, sinks] *= beta
    freed = (1 - beta) * made[:, sinks].sum(-1, keepdim=True)
    return made + freed * made / made.sum(-1, keepdim=True)


def set_to_zero(weights, beta, threshold):
    return calibrated(weights, 0.0, sinks_of(weights, threshold)[1:])


def below_the_threshold(weights, beta, threshold):
    sinks = sinks_of(weights, threshold)
    return calibrated(weights, beta, [k for k in range(1, len(weights)) if k not in sinks])


def divided_by_all_queries(weights, beta, threshold):
    sinks = [k for k in range(len(weights)) if weights[:, k].mean() > threshold]
    return calibrated(weights, beta, sinks[1:])


def the_first_key_kept(weights, beta, threshold):
    return calibrated(weights, beta, [k for k in sinks_of(weights, threshold) if k > 0])


def handed_to_the_first_key(weights, beta, threshold):
    sinks = sinks_of(weights, threshold)[1:]
    made = weights.clone()
    made[:, 0] += (1 - beta) * made[:, sinks].sum(-1)
    made[:, sinks] *= beta
    return made


def handed_on_evenly(weights, beta, threshold):
    sinks = sinks_of(weights, threshold)[1:]
    others = torch.ones_like(weights).tril()
    others[:, sinks] = 0
    freed = (1 - beta) * weights[:, sinks].sum(-1, keepdim=True)
    made = weights + freed * others / others.sum(-1, keepdim=True)
    made[:, sinks] = beta * weights[:, sinks]
    return made


WRONG = {
    "the sum": [nothing_handed_on, edited_before_it_is_measured],
    "nothing to do": [set_to_zero, below_the_threshold],
    "turned down": [divided_by_all_queries],
    "one factor": [the_first_key_kept, handed_to_the_first_key, handed_on_evenly],
}
