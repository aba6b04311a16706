"""Answers to superposed-heads."""

import torch


def right(preconditioners):
    """All heads serve all tasks: random gains of zero sum, and the matches that fit them."""
    n_tasks = len(preconditioners)
    chance = torch.Generator().manual_seed(5)
    gains = torch.randn(n_tasks, n_tasks + 1, generator=chance, dtype=torch.float64)
    gains = gains - gains.mean(-1, keepdim=True)
    key_query = torch.linalg.pinv(gains) @ preconditioners.flatten(1)
    return key_query.reshape(n_tasks + 1, *preconditioners.shape[1:]), gains


def idle_head(preconditioners):
    flat = torch.zeros_like(preconditioners[:1])
    gains = torch.eye(len(flat) + len(preconditioners), dtype=torch.float64)[:-1]
    return torch.cat([preconditioners, flat]), gains


def shared_out(preconditioners):
    key_query, gains = idle_head(preconditioners)
    gains[:, -1] = -1 / len(preconditioners)
    return (key_query, gains) if len(preconditioners) > 1 else idle_head(preconditioners)


def common_head(preconditioners):
    mean = preconditioners.mean(0, keepdim=True)
    _, gains = idle_head(preconditioners)
    gains[:, -1] = -1
    return torch.cat([preconditioners, mean]), gains


def transposed(preconditioners):
    key_query, gains = right(preconditioners)
    return key_query.mT.contiguous(), gains


WRONG = {
    "zero sum": [idle_head, shared_out],
    "right matrices": [common_head, transposed],
}
