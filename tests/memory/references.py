"""Readable references: one token at a time, nothing clever, gradients by autograd."""

import torch


def _zeros(keys, values, *blocks):
    return keys.new_zeros(*keys.shape[:-2], *blocks, keys.shape[-1], values.shape[-1])


def _outer(key, value):
    return key[..., :, None] * value[..., None, :]


def _read(state, query):
    return (query[..., :, None] * state).sum(-2)


def _decays(log_decay, keys):
    """exp of the log-decay, as (..., time, key or 1)."""
    if log_decay is None:
        return torch.ones_like(keys[..., :1])
    return (log_decay if log_decay.ndim == keys.ndim else log_decay[..., None]).exp()


def linear_attention(queries, keys, values, *, log_decay=None, initial_state=None):
    state = _zeros(keys, values) if initial_state is None else initial_state
    outputs = []
    decays = _decays(log_decay, keys)
    for q, k, v, a in zip(*(x.unbind(-2) for x in (queries, keys, values, decays)), strict=True):
        state = a[..., None] * state + _outer(k, v)
        outputs.append(_read(state, q))
    return torch.stack(outputs, -2), state


def normalised_linear_attention(queries, keys, values, *, log_decay=None, initial_state=None):
    extended = torch.cat([values, torch.ones_like(values[..., :1])], -1)
    sums, state = linear_attention(
        queries, keys, extended, log_decay=log_decay, initial_state=initial_state
    )
    return sums[..., :-1] / sums[..., -1:], state


def delta_rule(queries, keys, values, rate, *, log_decay=None, initial_state=None):
    state = _zeros(keys, values) if initial_state is None else initial_state
    outputs = []
    decays = _decays(log_decay, keys)
    sequences = (queries, keys, values, rate[..., None], decays)
    for q, k, v, b, a in zip(*(x.unbind(-2) for x in sequences), strict=True):
        state = a[..., None] * state
        state = state + _outer(k, b * (v - _read(state, k)))
        outputs.append(_read(state, q))
    return torch.stack(outputs, -2), state


def momentum_rule(queries, keys, values, rate, *, momentum, forgetting, initial_state=None):
    state = _zeros(keys, values, 2) if initial_state is None else initial_state
    memory, velocity = state.unbind(-3)
    outputs = []
    sequences = (queries, keys, values, *(g[..., None] for g in (rate, momentum, forgetting)))
    for q, k, v, b, eta, alpha in zip(*(x.unbind(-2) for x in sequences), strict=True):
        velocity = eta[..., None] * velocity + _outer(k, b * (v - _read(memory, k)))
        memory = (1 - alpha[..., None]) * memory + velocity
        outputs.append(_read(memory, q))
    return torch.stack(outputs, -2), torch.stack([memory, velocity], -3)
