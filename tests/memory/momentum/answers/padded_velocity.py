"""Answers to padded-velocity."""

import torch


def _run(keys, values, counts, step):
    state = torch.zeros(2, keys.shape[-1], values.shape[-1], dtype=keys.dtype)
    for k, v, here in zip(keys, values, counts.tolist(), strict=True):
        state = torch.stack(step(*state, k, v, float(here)))
    return state


def right(keys, values, counts, rate, momentum, forgetting):
    """The tokens that count picked out first, and both states moved by one matrix."""
    keys, values = keys[counts], values[counts]
    d = keys.shape[-1]
    eye, state = torch.eye(d, dtype=keys.dtype), torch.zeros(2 * d, values.shape[-1]).double()
    for k, v in zip(keys, values, strict=True):
        erased, written = rate * torch.outer(k, k), rate * torch.outer(k, v)
        rows = [[(1 - forgetting) * eye - erased, momentum * eye], [-erased, momentum * eye]]
        state = torch.cat([torch.cat(r, 1) for r in rows]) @ state + torch.cat([written, written])
    return state.unflatten(0, (2, d))


def _clean(keys, values, counts):
    return (torch.where(counts[:, None], t, 0.0) for t in (keys, values))


def zero_tokens(keys, values, counts, rate, momentum, forgetting):
    def step(memory, velocity, k, v, here):
        velocity = momentum * velocity + here * rate * torch.outer(k, v - k @ memory)
        return (1 - forgetting) * memory + velocity, velocity

    return _run(*_clean(keys, values, counts), counts, step)


def still_pushing(keys, values, counts, rate, momentum, forgetting):
    def step(memory, velocity, k, v, here):
        eta, alpha = (momentum, forgetting) if here else (1.0, 0.0)
        velocity = eta * velocity + here * rate * torch.outer(k, v - k @ memory)
        return (1 - alpha) * memory + velocity, velocity

    return _run(*_clean(keys, values, counts), counts, step)


def slowed_velocity(keys, values, counts, rate, momentum, forgetting):
    """The right state, and a velocity that lost its momentum where padding ends the sequence."""
    state = right(keys, values, counts, rate, momentum, forgetting)
    padded = len(counts) - 1 - int(counts.nonzero().max())
    return torch.stack([state[0], momentum**padded * state[1]])


def stopped_velocity(keys, values, counts, rate, momentum, forgetting):
    state = right(keys, values, counts, rate, momentum, forgetting)
    return torch.stack([state[0], state[1] * counts[-1]])


def times_the_mask(keys, values, counts, rate, momentum, forgetting):
    def step(memory, velocity, k, v, here):
        pushed = momentum * velocity + rate * torch.outer(k, v - k @ memory)
        moved = (1 - forgetting) * memory + pushed
        return here * moved + (1 - here) * memory, here * pushed + (1 - here) * velocity

    return _run(keys, values, counts, step)


def no_momentum(keys, values, counts, rate, momentum, forgetting):
    return right(keys, values, counts, rate, 0.0, forgetting)


def forgets_the_write(keys, values, counts, rate, momentum, forgetting):
    def step(memory, velocity, k, v, here):
        if not here:
            return memory, velocity
        pushed = momentum * velocity + rate * torch.outer(k, v - k @ memory)
        return (1 - forgetting) * (memory + pushed), pushed

    return _run(keys, values, counts, step)


WRONG = {
    "no padding": [no_momentum, forgets_the_write],
    "memory stays": [zero_tokens, still_pushing],
    "velocity stays": [slowed_velocity, stopped_velocity],
    "whatever stands there": [times_the_mask],
}
