"""Time the memories against their peers: one thread, one interleaved run, ratios only.

    OMP_NUM_THREADS=1 python benchmarks/memory.py [--rounds 7]

Every round runs every contender in turn, once to warm up and once against the clock, so that a
slow spell of the machine hits all. The best round counts, in processor seconds of the one thread,
so that neighbours on the machine take away cache but not time. The limit is the least arithmetic
(4TD² forward, 14TD² with the gradients, 6TD² for the delta rule forward) at the rate of a large
matrix product in the same run.
"""

import argparse
import importlib
import math
import time
import warnings

import torch
import torch.nn.functional as F

from attnkit.memory import delta_rule, linear_attention

N_BATCH, N_HEADS, D = 4, 4, 64


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


def linear_loop(q, k, v):
    """Linear attention one token at a time, by indexing."""
    state, outputs = q.new_zeros(*q.shape[:2], D, D), []
    for t in range(q.shape[2]):
        state = state + k[:, :, t, :, None] * v[:, :, t, None, :]
        outputs.append((q[:, :, t, None] @ state)[:, :, 0])
    return torch.stack(outputs, 2)


def delta_loop(q, k, v, rate):
    """The delta rule one token at a time, by indexing."""
    state, outputs = q.new_zeros(*q.shape[:2], D, D), []
    for t in range(q.shape[2]):
        key = k[:, :, t, None]
        error = rate[:, :, t, None, None] * (v[:, :, t, None] - key @ state)
        state = state + key.mT @ error
        outputs.append((q[:, :, t, None] @ state)[:, :, 0])
    return torch.stack(outputs, 2)


def unbound_delta_loop(q, k, v, rate):
    """The same loop without indexing, so that its backward stays linear in the length."""
    state, outputs = q.new_zeros(*q.shape[:2], D, D), []
    tokens = (t.unbind(2) for t in (q[..., None, :], k[..., None, :], v[..., None, :], rate))
    for query, key, value, b in zip(*tokens, strict=True):
        state = state + key.mT @ (b[..., None, None] * (value - key @ state))
        outputs.append((query @ state)[:, :, 0])
    return torch.stack(outputs, 2)


def optional_peers():
    """The peers that are installed, and a line for each that is not."""
    found, missing = {}, []
    wanted = {
        "fast-transformers": ("fast_transformers.causal_product", "causal_dot_product"),
        "fla chunkwise delta": ("fla.ops.delta_rule.naive", "delta_rule_chunkwise"),
    }
    for name, (module, attribute) in wanted.items():
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                found[name] = getattr(importlib.import_module(module), attribute)
        except (ImportError, RuntimeError, AttributeError) as reason:
            missing.append(f"not installed, so not compared: {name} ({reason})")
    return found, missing


def forward(function, inputs):
    """A closure that runs `function` without gradients."""

    def run():
        with torch.no_grad():
            function(*inputs)

    return run


def forward_backward(function, inputs):
    """A closure that runs `function` and all its gradients."""
    leaves = [t.clone().requires_grad_() for t in inputs]

    def run():
        output = function(*leaves)
        output = output[0] if isinstance(output, tuple) else output
        torch.autograd.grad(output, leaves, torch.ones_like(output))

    return run


def device_clock():
    """Wall seconds once the device has done its work."""
    torch.cuda.synchronize()
    return time.perf_counter()


def best_times(contenders, rounds, clock=time.thread_time):
    """Seconds of the best round for each contender, all of them in turn in every round."""
    best = dict.fromkeys(contenders, math.inf)
    for _ in range(rounds):
        for name, run in contenders.items():
            run()
            start = clock()
            run()
            best[name] = min(best[name], clock() - start)
    return best


def matrix_product():
    """The product whose rate sets the limit."""
    a = torch.randn(2048, 2048)
    return lambda: a @ a


def report(title, times, ours, targets):
    """Print times, ratios to `ours` and whether the wanted ratios are reached."""
    print(f"\n{title}")
    for name, seconds in sorted(times.items(), key=lambda item: item[1]):
        wanted = targets.get(name)
        verdict = "" if wanted is None else f"  wanted ≥ {wanted}: "
        ratio = seconds / times[ours]
        verdict += "" if wanted is None else ("reached" if ratio >= wanted else "MISSED")
        print(f"  {name:32s} {seconds * 1e3:9.1f} ms  {ratio:7.2f} × ours{verdict}")


def limit_line(times, ours, flops, wanted=None):
    """Print how near the limit `ours` comes."""
    rate = 2 * 2048**3 / times["matrix product 2048"]
    share = flops / rate / times[ours]
    aim = (
        ""
        if wanted is None
        else f", wanted ≥ {wanted}: {'reached' if share >= wanted else 'MISSED'}"
    )
    print(f"  share of the limit at {rate / 1e9:.0f} GFLOP/s: {share:.2f}{aim}")


def causal_section(mode, peers, rounds):
    """Linear attention at T = 4096."""
    inputs = sequences(4096)[:3]
    contenders = {
        "attnkit linear_attention": mode(linear_attention, inputs),
        "torch softmax attention": mode(softmax_attention, inputs),
        "autograd chunk loop": mode(autograd_chunks, inputs),
        "matrix product 2048": matrix_product(),
    }
    is_forward = mode is forward
    if is_forward:
        contenders["sequential loop"] = mode(linear_loop, inputs)
    if "fast-transformers" in peers:
        contenders["fast-transformers"] = mode(peers["fast-transformers"], inputs)
    times = best_times(contenders, rounds)
    targets = {"fast-transformers": 1.7 if is_forward else 1.8, "torch softmax attention": 14}
    name = "forward" if is_forward else "forward and backward"
    report(f"causal linear attention, {name}, T = 4096", times, "attnkit linear_attention", targets)
    flops = (4 if is_forward else 14) * N_BATCH * N_HEADS * 4096 * D**2
    limit_line(times, "attnkit linear_attention", flops, 0.35)


def delta_section(mode, n_tokens, peers, rounds):
    """The delta rule against its loops."""
    inputs = sequences(n_tokens)
    contenders = {
        "attnkit delta_rule": mode(delta_rule, inputs),
        "matrix product 2048": matrix_product(),
    }
    is_forward, is_short = mode is forward, n_tokens == 1024
    if is_short:
        contenders["sequential loop"] = mode(delta_loop, inputs)
        contenders["sequential loop, unbound"] = mode(unbound_delta_loop, inputs)
    if "fla chunkwise delta" in peers:
        contenders["fla chunkwise delta"] = mode(peers["fla chunkwise delta"], inputs)
    times = best_times(contenders, rounds)
    targets = {"sequential loop": 2.5 if is_forward else 18} if is_short else {}
    if not is_short and not is_forward:
        targets = {"fla chunkwise delta": 3.5}
    name = "forward" if is_forward else "forward and backward"
    report(f"delta rule, {name}, T = {n_tokens}", times, "attnkit delta_rule", targets)
    if is_forward:
        flops = 6 * N_BATCH * N_HEADS * n_tokens * D**2
        limit_line(times, "attnkit delta_rule", flops)


def growth_section(rounds):
    """Time against length: both memories are linear in it."""
    print("\ntime at T = 4096 over time at T = 1024 (linear: 4)")
    for name, function, n_inputs in (
        ("linear_attention", linear_attention, 3),
        ("delta_rule", delta_rule, 4),
    ):
        for mode in (forward, forward_backward):
            runs = {n: mode(function, sequences(n)[:n_inputs]) for n in (1024, 4096)}
            times = best_times(runs, rounds)
            print(f"  {name:18s} {mode.__name__:17s} {times[4096] / times[1024]:.2f}")


def device_section(rounds):
    """The same functions next to softmax attention on a CUDA device."""
    if not torch.cuda.is_available():
        print("\nno CUDA device, so nothing timed on one")
        return
    for dtype in (torch.float32, torch.bfloat16):
        inputs = sequences(4096, "cuda", dtype)
        for mode in (forward, forward_backward):
            contenders = {
                "attnkit linear_attention": mode(linear_attention, inputs[:3]),
                "attnkit delta_rule": mode(delta_rule, inputs),
                "torch softmax attention": mode(softmax_attention, inputs[:3]),
            }
            times = best_times(contenders, rounds, device_clock)
            title = f"{torch.cuda.get_device_name()}, {dtype}, {mode.__name__}, T = 4096"
            report(title, times, "attnkit linear_attention", {})


def main():
    """Run all sections on one thread."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    peers, missing = optional_peers()
    print(f"torch {torch.__version__}, one thread, B = H = 4, D = 64, float32, best of {rounds}")
    print("\n".join(missing))
    for mode in (forward, forward_backward):
        causal_section(mode, peers, rounds)
        for n_tokens in (1024, 4096):
            delta_section(mode, n_tokens, peers, rounds)
    growth_section(rounds)
    device_section(rounds)


if __name__ == "__main__":
    main()
