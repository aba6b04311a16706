"""Answers to "two-layers-by-hand": one that is right, and mistakes that each break a law."""

import torch


def right(tokens):
    n = len(tokens)
    words = tokens.argmax(-1).tolist()
    first, second = torch.zeros(2, n, n, dtype=tokens.dtype)
    for i in range(n):
        first[i, max(i - 1, 0)] = 1
        found = [j for j in range(1, i + 1) if words[j - 1] == words[i]]
        second[i, found[0] if found else i] = 1
    return first, second


def _shift(tokens):
    first = torch.eye(len(tokens), dtype=tokens.dtype).roll(-1, -1)
    first = torch.diag(torch.ones(len(tokens) - 1, dtype=tokens.dtype), -1)
    first[0, 0] = 1
    return first


def _shares(matches):
    """Rows that sum to one, oneself where nothing is found."""
    empty = matches.sum(-1, keepdim=True) == 0
    matches = torch.where(empty, torch.eye(len(matches), dtype=matches.dtype), matches)
    return matches / matches.sum(-1, keepdim=True)


def sees_the_future(tokens):
    return _shift(tokens).T, _shares(tokens @ (_shift(tokens) @ tokens).T)


def not_masked(tokens):
    return _shift(tokens), _shares(tokens @ (_shift(tokens) @ tokens).T)


def empty_first_row(tokens):
    first = _shift(tokens)
    first[0] = 0
    return first, _shares((tokens @ (first @ tokens).T).tril())


def everything_once(tokens):
    return _shift(tokens), (tokens @ (_shift(tokens) @ tokens).T).tril()


def first_layer_looks_for_its_like(tokens):
    return _shares((tokens @ tokens.T).tril(-1)), _shares(
        (tokens @ (_shift(tokens) @ tokens).T).tril()
    )


def _second(tokens):
    return right(tokens)[1]


def looks_at_itself(tokens):
    return torch.eye(len(tokens), dtype=tokens.dtype), _second(tokens)


def of_all_before(tokens):
    return _shares(torch.ones_like(tokens @ tokens.T).tril(-1)), _second(tokens)


def with_itself(tokens):
    return _shares(_shift(tokens) + torch.eye(len(tokens), dtype=tokens.dtype)), _second(tokens)


def the_first_token_passes_for_a_value(tokens):
    return _shift(tokens), _shares((tokens @ (_shift(tokens) @ tokens).T).tril())


def finds_the_key(tokens):
    return _shift(tokens), _shares((tokens @ tokens.T).tril(-1))


def every_value_alike(tokens):
    odd = torch.zeros_like(tokens @ tokens.T)
    odd[:, 1::2] = 1
    return _shift(tokens), _shares(odd.tril())


WRONG = {
    "nothing ahead": [sees_the_future, not_masked],
    "shares": [empty_first_row, everything_once],
    "a blind layer": [first_layer_looks_for_its_like],
    "a value knows its key": [looks_at_itself, of_all_before, with_itself],
    "the value is read": [the_first_token_passes_for_a_value, finds_the_key, every_value_alike],
}
