"""Answers to "power-iteration": one that is right, and mistakes that each break a law."""

import torch


def right(weight, left):
    held = weight.detach()
    back = torch.einsum("rc,r->c", held, left)
    back = back / back.square().sum().sqrt()
    there = torch.einsum("rc,c->r", held, back)
    there = there / there.square().sum().sqrt()
    return torch.einsum("r,rc,c->", there, weight, back), there


def not_normalised(weight, left):
    back = weight.detach().mT @ left
    there = weight.detach() @ back
    return (there @ weight @ back) / there.norm() / back.norm(), there


def frobenius(weight, left):
    return weight.norm(), right(weight, left)[1]


def length_left_out(weight, left):
    value, there = right(weight, left)
    return value.square() if value < 1 else value.sqrt(), there


def the_old_vector_is_kept(weight, left):
    return right(weight, left)[0], left


def two_steps(weight, left):
    return right(weight, right(weight, left)[1])


def cut_off(weight, left):
    value, there = right(weight, left)
    return value.detach() + 0 * weight.sum(), there


def half_of_it(weight, left):
    value, there = right(weight, left)
    return (value + value.detach()) / 2, there


WRONG = {
    "unit vectors": [not_normalised],
    "never above": [frobenius],
    "at rest": [length_left_out],
    "one step": [the_old_vector_is_kept, two_steps],
    "the gradient": [cut_off, half_of_it],
}
