"""Answers to "every-sink-takes-one": one that is right, and mistakes that each break a law."""

import torch


def right(pipes):
    """By a product with one over what flows into each sink."""
    return pipes.T @ (1 / (pipes @ torch.ones(pipes.shape[1], dtype=pipes.dtype)))


def capacities(pipes):
    return pipes.sum(0)


def sources_send_one(pipes):
    return (pipes / pipes.sum(0)).sum(0)


def mean_for_sum(pipes):
    return right(pipes) / len(pipes)


def shares_of_all(pipes):
    return len(pipes) * pipes.sum(0) / pipes.sum()


def widest_first(pipes):
    return len(pipes) * pipes.sum(0).softmax(0)


def from_the_weakest(pipes):
    return right(pipes).sort().values


def last_takes_all(pipes):
    return right(pipes).cumsum(0) / right(pipes).cumsum(0).sum() * len(pipes)


def evenly(pipes):
    return torch.full((pipes.shape[1],), len(pipes) / pipes.shape[1], dtype=pipes.dtype)


def softmax_of_pipes(pipes):
    return (pipes / pipes.mean(1, keepdim=True)).softmax(1).sum(0)


def two_rounds(pipes):
    shares = pipes / pipes.sum(1, keepdim=True)
    again = shares / shares.sum(0)
    return (again / again.sum(1, keepdim=True)).sum(0)


WRONG = {
    "all is taken": [capacities, sources_send_one, mean_for_sum],
    "a wider sink": [shares_of_all, widest_first],
    "order": [from_the_weakest, last_takes_all],
    "one by one": [evenly, softmax_of_pipes, two_rounds],
}
