"""In how many heads is a key a sink?"""

import torch

from attnkit.coursework import Task, compare, law

__all__ = ["SINK_RATE"]


def lengths(generator, variant):
    """Numbers of tokens, and a threshold for the shares."""
    for n_tokens in (2, 5, variant["n_tokens"]):
        yield {"n_tokens": n_tokens, "threshold": 0.3}


def maps(generator, variant):
    """Random causal maps of two layers of three heads, sharp enough to have sinks."""
    for n_tokens in (2, 5, variant["n_tokens"]):
        scores = 3 * torch.randn(2, 3, n_tokens, n_tokens, generator=generator).double()
        hidden = torch.ones(n_tokens, n_tokens, dtype=torch.bool).triu(1)
        weights = scores.masked_fill(hidden, -torch.inf).softmax(-1)
        yield {"weights": weights, "threshold": 0.3}


@law("a share of heads", "Every entry is a share: between zero and one.", cases=maps)
def a_share_of_heads(answer, weights, threshold):
    rates = answer(weights, threshold)
    if rates.shape != weights.shape[-1:]:
        return f"the rates have shape {tuple(rates.shape)}, not {tuple(weights.shape[-1:])}"
    return compare.at_most(rates, torch.ones_like(rates), what="the rates") or compare.at_least(
        rates, torch.zeros_like(rates), what="the rates"
    )


@law(
    "heads are counted",
    "A key that takes everything in one head of two, and nothing in the other, has rate 1/2.",
    cases=lengths,
)
def heads_are_counted(answer, n_tokens, threshold):
    first = torch.zeros(n_tokens, n_tokens, dtype=torch.float64)
    first[:, 0] = 1
    both = torch.stack([first, torch.eye(n_tokens, dtype=torch.float64)])[:, None]
    rate = answer(both, 0.9)[0]
    return compare.against(rate, 0.5, what="the first key's rate")


@law(
    "every token for itself",
    "In the identity the key k of T has the share 1 / (T - k + 1): so many queries see it.",
    cases=lengths,
)
def every_token_for_itself(answer, n_tokens, threshold):
    identity = torch.eye(n_tokens, dtype=torch.float64)[None, None]
    seen = torch.arange(n_tokens, 0, -1, dtype=torch.float64)
    rates = answer(identity, threshold)
    return compare.against(rates, (1 / seen > threshold).double(), what="the rates")


@law("against loops", "It is what a loop over heads, keys and queries counts.", cases=maps)
def against_loops(answer, weights, threshold):
    n_tokens = weights.shape[-1]
    heads = weights.reshape(-1, n_tokens, n_tokens)
    counts = torch.zeros(n_tokens, dtype=torch.float64)
    for head in heads:
        for key in range(n_tokens):
            received = [float(head[query, key]) for query in range(key, n_tokens)]
            counts[key] += sum(received) / len(received) > threshold
    return compare.against(answer(weights, threshold), counts / len(heads), what="the rates")


SINK_RATE = Task(
    name="sink-rate",
    title="Count the sinks",
    kind="implement",
    difficulty=1,
    minutes=25,
    statement=r"""
Write `count_sinks(weights, threshold)` without anything of attnkit, for causal maps (layer, head,
query, key): for each key the share of heads in which the mean weight that it gets exceeds the
threshold. Decide first over which queries that mean goes: the law that your answer meets last uses
maps of {n_tokens} tokens, and the last key is seen by one of them only.
""",
    hints=(
        "Which queries can give the last key any weight at all?",
        "Divide a column's sum by a number that depends on the column.",
        "Sum over queries, divide by T, T-1, down to 1, compare, then average over the heads.",
    ),
    placeholder='''
def count_sinks(weights, threshold):
    """Share of heads (key,) in which a key is a sink, of weights (layer, head, query, key)."""
    return torch.full(weights.shape[-1:], float("nan"), dtype=weights.dtype)
''',
    laws=(a_share_of_heads, heads_are_counted, every_token_for_itself, against_loops),
    variants={"n_tokens": (7, 11, 13)},
    library={},
)
