"""Time Lightning attention and Aaren, each against its peer.

    OMP_NUM_THREADS=1 python benchmarks/linear_time.py [--rounds 5]

One thread, one interleaved run, ratios only; growth with the length stands in
`linear_time_growth.py`. Streaming: the next token's read and the state after it, by Aaren from its
triple, against softmax attention of the new token's query over all keys and values that it has
kept, and against Aaren's own prefix read anew. Projections are left out.
"""

import argparse
import functools
import warnings

import torch
import torch.nn.functional as F
from turns import best_times, forward, forward_backward, table

from attnkit.linear_time import aaren_attention, lightning_attention, lightning_log_decay
from attnkit.linear_time.aaren import shallow_aaren_attention
from attnkit.memory import linear_attention

N_BATCH, N_HEADS, D = 4, 4, 64
AAREN, LIGHTNING = "aaren_attention", "lightning_attention"


def sequences(n_tokens):
    """Queries, keys and values (batch, head, time, feature)."""
    generator = torch.Generator().manual_seed(0)
    return torch.randn(3, N_BATCH, N_HEADS, n_tokens, D, generator=generator).unbind()


def lightning_section(mode, rounds, n_tokens=4096):
    """Lightning against the general decay at the same rates."""
    rates = lightning_log_decay(N_HEADS, 0, 6).float()
    each = rates[:, None].expand(N_BATCH, N_HEADS, n_tokens)
    contenders = {
        LIGHTNING: functools.partial(lightning_attention, log_decay=rates),
        "linear_attention, same decay": functools.partial(linear_attention, log_decay=each),
        "linear_attention, no decay": linear_attention,
    }
    runs = {name: mode(function, sequences(n_tokens)) for name, function in contenders.items()}
    times = best_times(runs, rounds=rounds)
    table(
        f"fixed decay, {mode.__name__}, T = {n_tokens}",
        times,
        "linear_attention, same decay",
        at_most={LIGHTNING: 1.1},
    )


def aaren_section(mode, rounds, n_tokens=1024):
    """Prefix scans against causal softmax attention with a query for each token."""
    contenders = {
        AAREN: lambda q, k, v: aaren_attention(q[..., 0, :], k, v),
        "shallow_aaren_attention": lambda q, k, v: shallow_aaren_attention(q[..., 0, :], k, v),
        "torch softmax attention": functools.partial(
            F.scaled_dot_product_attention, is_causal=True
        ),
    }
    runs = {name: mode(function, sequences(n_tokens)) for name, function in contenders.items()}
    times = best_times(runs, rounds=rounds)
    table(
        f"prefixes, {mode.__name__}, T = {n_tokens}",
        times,
        "torch softmax attention",
        at_most={AAREN: 2},
    )


def streaming_section(rounds, n_tokens=8192):
    """The next token after 8,192: a triple of d + 2 numbers a head, or all keys and values."""
    query, keys, values = sequences(n_tokens)
    _, state = aaren_attention(query[..., 0, :], keys, values)
    last = [t[..., -1:, :].contiguous() for t in (query, keys, values)]

    def step():
        return aaren_attention(last[0][..., 0, :], *last[1:], initial_state=state)

    def again():
        return F.scaled_dot_product_attention(last[0], keys, values)

    runs = {"Aaren, one step from its triple": step, "softmax over all that is kept": again}
    runs["Aaren's prefix read anew"] = lambda: aaren_attention(last[0][..., 0, :], keys, values)
    times = best_times({name: forward(run, ()) for name, run in runs.items()}, rounds=rounds)
    title = (
        f"the next token after {n_tokens} (kept: {D + 2} numbers a head, or {2 * D * n_tokens:,})"
    )
    table(
        title,
        times,
        "Aaren, one step from its triple",
        at_least={"softmax over all that is kept": 4},
    )


def main():
    """Run all sections on one thread."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    print(f"torch {torch.__version__}, one thread, H = 4, D = 64, float32, best of {rounds}")
    for mode in (forward, forward_backward):
        lightning_section(mode, rounds)
        aaren_section(mode, rounds)
    streaming_section(rounds)


if __name__ == "__main__":
    main()
