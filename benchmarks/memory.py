"""Time the memories against their peers: one thread, one interleaved run, ratios only.

    OMP_NUM_THREADS=1 python benchmarks/memory.py [--rounds 7]

The limit is the least arithmetic (4TD² forward, 14TD² with the gradients, 6TD² for the delta rule
forward) at the rate of a large matrix product in the same run.
"""

import argparse
import warnings

import torch
import torch.nn.functional as F
from turns import best_times, device_clock, forward, forward_backward, installed, table, verdict

from attnkit.memory import delta_rule, linear_attention
from attnkit.memory.delta import recurrent_delta_rule
from attnkit.memory.linear import recurrent_linear_attention

N_BATCH, N_HEADS, D = 4, 4, 64
LINEAR, DELTA, PRODUCT = "linear_attention", "delta_rule", "matrix product 2048"
PEERS = {
    "fast-transformers": "fast_transformers.causal_product:causal_dot_product",
    "fla chunkwise delta": "fla.ops.delta_rule.naive:delta_rule_chunkwise",
}


def sequences(n_tokens, device="cpu", dtype=torch.float32):
    """Queries, unit keys, values and rates."""
    generator = torch.Generator().manual_seed(0)
    shape = (N_BATCH, N_HEADS, n_tokens)
    q, k, v = (torch.randn(*shape, D, generator=generator) for _ in range(3))
    rate = torch.rand(*shape, generator=generator)
    return [t.to(device, dtype) for t in (q, F.normalize(k, dim=-1), v, rate)]


def softmax_attention(q, k, v):
    """The causal softmax attention of torch."""
    return F.scaled_dot_product_attention(q, k, v, is_causal=True)


def autograd_chunks(q, k, v, size=64):
    """Linear attention in chunks as one would write it, gradients left to autograd."""
    state, outputs = q.new_zeros(*q.shape[:2], D, D), []
    for a, b, c in zip(q.split(size, 2), k.split(size, 2), v.split(size, 2), strict=True):
        outputs.append(a @ state + (a @ b.mT).tril() @ c)
        state = state + b.mT @ c
    return torch.cat(outputs, 2)


def indexed_delta_loop(q, k, v, rate):
    """The delta rule one token at a time by indexing, whose backward is quadratic in the length."""
    state, outputs = q.new_zeros(*q.shape[:2], D, D), []
    for t in range(q.shape[2]):
        key = k[:, :, t, None]
        error = rate[:, :, t, None, None] * (v[:, :, t, None] - key @ state)
        state = state + key.mT @ error
        outputs.append((q[:, :, t, None] @ state)[:, :, 0])
    return torch.stack(outputs, 2)


def timed(mode, contenders, inputs, rounds):
    """Best times of functions of the same inputs, and of a large matrix product."""
    a = torch.randn(2048, 2048)
    runs = {name: mode(function, inputs) for name, function in contenders.items()}
    return best_times(runs | {PRODUCT: lambda: a @ a}, rounds=rounds)


def share_of_limit(times, ours, squares, n_tokens, **wanted):
    """Print how near the least arithmetic `ours` comes, `squares` times TD²."""
    rate = 2 * 2048**3 / times[PRODUCT]
    share = squares * N_BATCH * N_HEADS * n_tokens * D**2 / rate / times[ours]
    print(
        f"  share of the limit at {rate / 1e9:.0f} GFLOP/s: {share:.2f}", verdict(share, **wanted)
    )


def linear_section(mode, peers, rounds):
    """Linear attention at T = 4096."""
    contenders = {
        LINEAR: linear_attention,
        "torch softmax attention": softmax_attention,
        "autograd chunk loop": autograd_chunks,
        **{name: peers[name] for name in peers if name == "fast-transformers"},
    }
    is_forward = mode is forward
    if is_forward:
        contenders["recurrent_linear_attention"] = recurrent_linear_attention
    times = timed(mode, contenders, sequences(4096)[:3], rounds)
    wanted = {"fast-transformers": 1.7 if is_forward else 1.8, "torch softmax attention": 14}
    table(f"linear attention, {mode.__name__}, T = 4096", times, LINEAR, at_least=wanted)
    share_of_limit(times, LINEAR, 4 if is_forward else 14, 4096, at_least=0.35)


def delta_section(mode, n_tokens, peers, rounds):
    """The delta rule against its loops."""
    contenders = {DELTA: delta_rule}
    contenders |= {name: peers[name] for name in peers if name == "fla chunkwise delta"}
    is_forward, is_short = mode is forward, n_tokens == 1024
    if is_short:
        contenders["indexed loop"] = indexed_delta_loop
        contenders["recurrent_delta_rule"] = recurrent_delta_rule
    times = timed(mode, contenders, sequences(n_tokens), rounds)
    wanted = {"indexed loop": 2.5 if is_forward else 18}
    if not is_short and not is_forward:
        wanted = {"fla chunkwise delta": 3.5}
    table(f"delta rule, {mode.__name__}, T = {n_tokens}", times, DELTA, at_least=wanted)
    if is_forward:
        share_of_limit(times, DELTA, 6, n_tokens)


def growth_section(rounds):
    """Time against length: both memories are linear in it."""
    print("\ntime at T = 4096 over time at T = 1024 (linear: 4)")
    for name, function, n_inputs in ((LINEAR, linear_attention, 3), (DELTA, delta_rule, 4)):
        for mode in (forward, forward_backward):
            runs = {n: mode(function, sequences(n)[:n_inputs]) for n in (1024, 4096)}
            times = best_times(runs, rounds=rounds)
            print(f"  {name:18s} {mode.__name__:17s} {times[4096] / times[1024]:.2f}")


def device_section(rounds):
    """The same functions next to softmax attention on a CUDA device."""
    for dtype in (torch.float32, torch.bfloat16):
        inputs = sequences(4096, "cuda", dtype)
        for mode in (forward, forward_backward):
            runs = {
                LINEAR: mode(linear_attention, inputs[:3]),
                DELTA: mode(delta_rule, inputs),
                "torch softmax attention": mode(softmax_attention, inputs[:3]),
            }
            times = best_times(runs, rounds=rounds, clock=device_clock)
            title = f"{torch.cuda.get_device_name()}, {dtype}, {mode.__name__}, T = 4096"
            table(title, times, LINEAR)


def main():
    """Run all sections on one thread."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    print(f"torch {torch.__version__}, one thread, B = H = 4, D = 64, float32, best of {rounds}")
    peers = installed(PEERS)
    for mode in (forward, forward_backward):
        linear_section(mode, peers, rounds)
        for n_tokens in (1024, 4096):
            delta_section(mode, n_tokens, peers, rounds)
    growth_section(rounds)
    if torch.cuda.is_available():
        device_section(rounds)


if __name__ == "__main__":
    main()
