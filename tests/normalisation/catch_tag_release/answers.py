"""Answers to "two-layers": one that is right, and mistakes that each break a law."""

import math

import torch


def layers(contents, separators, sharpness, tag=1.0, off=2.0):
    marks, output = [float(s) for s in separators], torch.zeros_like(contents)
    tags = []
    for i in range(len(contents)):
        raised = [math.exp(sharpness * marks[j]) for j in range(i + 1)]
        tags.append(tag * sum(r * m for r, m in zip(raised, marks, strict=False)) / sum(raised))
    for i in range(len(contents)):
        raised = [math.exp(sharpness * (tags[j] - off * marks[j])) for j in range(i + 1)]
        for j, r in enumerate(raised):
            output[i] += r / sum(raised) * contents[j]
    return output


def right(contents, separators, sharpness):
    return layers(contents, separators, sharpness)


def not_causal(contents, separators, sharpness):
    weights = (sharpness * (separators.double().cumsum(0) - 2 * separators.double())).softmax(-1)
    return (weights @ contents).expand_as(contents).clone()


def averaged_by_hand(contents, separators, sharpness):
    place = int(separators.nonzero())
    output = torch.stack([contents[: i + 1].mean(0) for i in range(len(contents))])
    for i in range(place + 1, len(contents)):
        output[i] = contents[place + 1 : i + 1].mean(0)
    return output


def without_the_tag(contents, separators, sharpness):
    return layers(contents, separators, sharpness, tag=0.0)


def the_tag_alone(contents, separators, sharpness):
    return layers(contents, separators, sharpness, off=0.0)


def the_separator_half_hidden(contents, separators, sharpness):
    return layers(contents, separators, sharpness, off=0.9)


def the_newest_alone(contents, separators, sharpness):
    place = int(separators.nonzero())
    output = layers(contents, separators, sharpness)
    if sharpness:
        output[place + 1 :] = contents[place + 1 :]
    return output


def a_longer_tag(contents, separators, sharpness):
    return layers(contents, separators, sharpness, tag=1.5, off=3.0)


def a_smaller_step_down(contents, separators, sharpness):
    return layers(contents, separators, sharpness, off=1.7)


WRONG = {
    "blunt": [not_causal, averaged_by_hand],
    "what stands before": [without_the_tag],
    "the separator": [the_tag_alone],
    "sharp": [the_newest_alone],
    "in between": [the_separator_half_hidden, a_longer_tag, a_smaller_step_down],
}
