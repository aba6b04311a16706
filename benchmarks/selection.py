"""Time reading a tenth of the keys against reading all: one thread, one interleaved run, ratios.

    OMP_NUM_THREADS=1 python benchmarks/selection.py [--rounds 5]

Whole blocks are kept or skipped, so that a tenth of the keys is six blocks of 64 in a row of 64.
Choosing them costs too: it is timed beside the read, by the blocks' mean keys and by their bounds.
"""

import argparse
import warnings
from functools import partial

import torch
import torch.nn.functional as F
from turns import best_times, device_clock, forward, forward_backward, table

from attnkit.densities import attention
from attnkit.selection import (
    best_pages,
    block_attention,
    block_bounds,
    certified_pages,
    halo_attention,
    neighbourhood_attention,
    oracle,
    page_attention,
)

N_BATCH, N_HEADS, D, N_TOKENS, SIZE = 1, 4, 64, 4096, 64
OURS, TORCH, PLAIN = "block_attention, 10 %", "torch attention", "plain dense form"


def sequences(device="cpu", dtype=torch.float32):
    """Queries, keys and values."""
    generator = torch.Generator().manual_seed(0)
    shape = (3, N_BATCH, N_HEADS, N_TOKENS, D)
    return [t.to(device, dtype) for t in torch.randn(shape, generator=generator)]


def plain(q, k, v):
    """Dense attention as one writes it."""
    return (q @ k.mT * D**-0.5).softmax(-1) @ v


def blocks_of(share, q, k):
    """Blocks of the highest mean scores, so many of each row."""
    means = (t.unflatten(-2, (-1, SIZE)).mean(-2) for t in (q, k))
    a, b = means
    return oracle(a @ b.mT, max(int(share * N_TOKENS / SIZE), 1))


def by_blocks(blocks):
    """A read of the blocks that were chosen before."""
    return lambda q, k, v: block_attention(q, k, v, blocks, query_size=SIZE, key_size=SIZE)


def read_section(mode, inputs, rounds, clock=None):
    """A tenth of the keys, a quarter and all, against the two dense forms."""
    contenders = {TORCH: F.scaled_dot_product_attention, PLAIN: plain}
    for share in (0.1, 0.25, 1.0):
        blocks = blocks_of(share, *inputs[:2])
        contenders[f"block_attention, {share:.0%}".replace("%", " %")] = by_blocks(blocks)
    runs = {name: mode(function, inputs) for name, function in contenders.items()}
    times = best_times(runs, rounds=rounds, **({"clock": clock} if clock else {}))
    wanted = {TORCH: 3.0, PLAIN: 3.0}
    kept = blocks_of(0.1, *inputs[:2]).double().mean().item()
    title = f"{mode.__name__}, n = {N_TOKENS}, blocks of {SIZE}, {kept:.1%} of the pairs kept"
    table(title, times, OURS, at_least=wanted)
    return times


def window_section(mode, inputs, rounds):
    """Windows of about a tenth of the keys that neighbours share, and blocks with halos as wide."""
    wide = SIZE * 7
    windows = {
        f"window, stride {stride}": partial(neighbourhood_attention, window=wide, stride=stride)
        for stride in (16, SIZE, wide)
    }
    windows["blocks with halos"] = partial(halo_attention, block=SIZE, halo=3 * SIZE)
    contenders = {TORCH: F.scaled_dot_product_attention, PLAIN: plain, **windows}
    runs = {name: mode(function, inputs) for name, function in contenders.items()}
    title = f"{mode.__name__}, windows of {wide} of {N_TOKENS} keys, {wide / N_TOKENS:.1%}"
    times = best_times(runs, rounds=rounds)
    table(title, times, f"window, stride {SIZE}", at_least={TORCH: 3.0, PLAIN: 3.0})


def choosing_section(inputs, times, rounds):
    """What it takes to choose the blocks, as a share of the read that it is for."""
    q, k, _ = inputs
    pooled = q.unflatten(-2, (-1, SIZE)).mean(-2)
    runs = {
        "by mean keys": lambda: blocks_of(0.1, q, k),
        "by bounds of mean queries": lambda: oracle(block_bounds(pooled, k, size=SIZE), 6),
    }
    chosen = best_times(runs, rounds=rounds)
    print("\nchoosing, over the read it is for")
    for name, seconds in chosen.items():
        both = (seconds + times[OURS]) / times[TORCH]
        print(f"  {name:26s} {seconds / times[OURS]:5.2f}; both over {TORCH}: {both:.2f}")


def decode_section(inputs, rounds):
    """One query for each head: pages of sixteen by their bounds, and the certified ones."""
    q, k, v = inputs[0][..., :1, :], *inputs[1:]
    count = N_TOKENS // 16 // 10
    pages = best_pages(q, k, size=16, n_pages=count)
    runs = {
        "read a tenth of the pages": lambda: page_attention(q, k, v, pages, size=16),
        "choose them": lambda: best_pages(q, k, size=16, n_pages=count),
        "certify": lambda: certified_pages(q, k, size=16),
        "entmax over all keys": lambda: attention(q, k, v, alpha=1.5),
        "softmax over all keys": lambda: F.scaled_dot_product_attention(q, k, v),
    }
    times = best_times({n: torch.no_grad()(run) for n, run in runs.items()}, rounds=rounds)
    share = certified_pages(q, k, size=16).double().mean().item()
    title = f"one query, pages of 16, {share:.0%} of them certified"
    table(title, times, "read a tenth of the pages")


def main():
    """Run all sections on one thread."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    print(f"torch {torch.__version__}, one thread, B = {N_BATCH}, H = {N_HEADS}, D = {D}")
    inputs = sequences()
    times = read_section(forward, inputs, rounds)
    choosing_section(inputs, times, rounds)
    read_section(forward_backward, inputs, rounds)
    window_section(forward, inputs, rounds)
    window_section(forward_backward, inputs, rounds)
    decode_section(inputs, rounds)
    if torch.cuda.is_available():
        read_section(forward, sequences("cuda", torch.bfloat16), rounds, clock=device_clock)


if __name__ == "__main__":
    main()
