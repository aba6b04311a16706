"""Time Titans in chunks against its token loop and against titans-pytorch: one run, ratios only.

    OMP_NUM_THREADS=1 python benchmarks/titans.py [--rounds 3]

The core at T = 4,096: 4 heads of width 64, a memory of two layers with 128 hidden units, chunks of
64. The layer: the same with projections, width 256, beside titans-pytorch 0.5.5's NeuralMemory of
the same sizes, without its norms and residual. Its chunks of 64 have one mean gradient, one
momentum and one decay each, ours one a token; it is timed with gradients taken once per 64 tokens,
as here, and as it comes, with all of them taken at the first weights.
`pip install titans-pytorch==0.5.5` brings it.
"""

import argparse
import functools
import warnings

import torch
import torch.nn.functional as F
from turns import best_times, forward, forward_backward, installed, table

from attnkit.memory.titans import (
    TitansMemory,
    at_rest,
    deep_memory,
    neural_memory,
    recurrent_neural_memory,
)

T, HEADS, D, HIDDEN, CHUNK = 4096, 4, 64, 128, 64
OURS, LAYER = "neural_memory", "TitansMemory"
PEERS = {"titans-pytorch": "titans_pytorch:NeuralMemory"}


def sequences(n_tokens):
    """Queries, unit keys, values, rates, momentum and forgetting, float32."""
    generator = torch.Generator().manual_seed(0)
    q, k, v = (torch.randn(1, HEADS, n_tokens, D, generator=generator) for _ in range(3))
    gates = torch.rand(3, 1, HEADS, n_tokens, generator=generator)
    rate, momentum, forgetting = 0.02 * gates[0], 0.9 * gates[1], 0.02 * gates[2]
    return [q, F.normalize(k, dim=-1), v, rate, momentum, forgetting]


def core(function, q, k, v, rate, momentum, forgetting):
    """A memory of two layers, the same for every head."""
    generator = torch.Generator().manual_seed(1)
    weights = deep_memory(D, HIDDEN, D, generator=generator)
    state = at_rest(tuple(w.float().expand(1, HEADS, -1, -1) for w in weights))
    gates = {"momentum": momentum, "forgetting": forgetting}
    return function(q, k, v, rate, **gates, chunk_size=CHUNK, initial_state=state)[0]


def core_section(mode, n_tokens, rounds):
    """The chunks against the loop that defines them."""
    contenders = {
        OURS: functools.partial(core, neural_memory),
        "recurrent_neural_memory": functools.partial(core, recurrent_neural_memory),
    }
    inputs = sequences(n_tokens)
    runs = {name: mode(function, inputs) for name, function in contenders.items()}
    wanted = {"recurrent_neural_memory": 10} if n_tokens == T else {}
    times = best_times(runs, rounds=rounds)
    table(f"the core, {mode.__name__}, T = {n_tokens}", times, OURS, at_least=wanted)


def peers():
    """titans-pytorch's layer with fresh gradients once a chunk, and as it comes."""
    found = installed(PEERS)
    if not found:
        return {}
    sizes = {"chunk_size": CHUNK, "dim_head": D, "heads": HEADS, "pre_rmsnorm": False}
    sizes |= {"mem_model_norm_add_residual": False}
    sizes["default_model_kwargs"] = {"depth": 2, "expansion_factor": HIDDEN / D}
    made = functools.partial(found["titans-pytorch"], HEADS * D, **sizes)
    return {"titans-pytorch, fresh": made(batch_size=CHUNK), "titans-pytorch, as it comes": made()}


def layer_section(mode, n_tokens, rounds):
    """Whole layers, projections and all."""
    generator = torch.Generator().manual_seed(2)
    sizes = {"hidden": HIDDEN, "chunk_size": CHUNK, "generator": generator}
    layers = {LAYER: TitansMemory(HEADS * D, HEADS, **sizes), **peers()}
    tokens = [torch.randn(1, n_tokens, HEADS * D, generator=generator)]
    runs = {}
    for name, layer in layers.items():
        parameters = [p.requires_grad_(mode is forward_backward) for p in layer.parameters()]
        assert parameters
        runs[name] = mode(lambda x, layer=layer: layer(x)[0], tokens)
    wanted = dict.fromkeys([name for name in runs if name != LAYER], 1)
    times = best_times(runs, rounds=rounds)
    table(f"the layer, {mode.__name__}, T = {n_tokens}", times, LAYER, at_least=wanted)


def main():
    """Run every section."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=2)
    rounds = parser.parse_args().rounds
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    core_section(forward, T, rounds)
    core_section(forward_backward, 1024, rounds)
    for mode in (forward, forward_backward):
        layer_section(mode, T, rounds)


if __name__ == "__main__":
    main()
