"""What random-feature attention costs: a fit, its features against their products, many heads.

    OMP_NUM_THREADS=1 python benchmarks/random_features.py

Times are CPU seconds of one thread; on a shared machine trust the ratios.
"""

import resource
import time

import torch
from turns import best_times

from attnkit.random_features import (
    Match,
    RandomFeatureAttention,
    Relu,
    sphere_tokens,
    target,
)
from attnkit.random_features.features import append_constant, averaging_weights, relu_head_features

WIDTH = N_KEYS = 16


def data(n_samples, dtype=torch.float32):
    generator = torch.Generator().manual_seed(0)
    queries, keys = sphere_tokens(n_samples, N_KEYS, WIDTH, generator=generator)
    return queries.to(dtype), keys.to(dtype), target(Relu(Match()), queries, keys)


def fit_and_predict(dtype, n_heads=1000, n_train=2048, n_test=1500):
    queries, keys, values = data(n_train + n_test, dtype)
    model = RandomFeatureAttention(n_heads, generator=torch.Generator().manual_seed(1))
    start = time.process_time()
    model.fit(queries[:n_train], keys[:n_train], values[:n_train])
    prediction = model.predict(queries[n_train:], keys[n_train:])
    return time.process_time() - start, prediction.double(), values[n_train:]


def feature_ratio(n_samples, n_heads=64):
    """Time of a block of features over the time of its three matrix products alone."""
    queries, keys, _ = data(n_samples)
    queries, keys = append_constant(queries), append_constant(keys)
    weights = averaging_weights(keys, None)
    matrices = torch.randn(n_heads, WIDTH + 1, WIDTH + 1)
    flat = matrices.permute(1, 0, 2).reshape(WIDTH + 1, -1).contiguous()

    def products():
        projected = (queries @ flat).unflatten(-1, (n_heads, WIDTH + 1))
        return (projected @ keys.mT) @ keys

    def features():
        return relu_head_features(matrices, queries, keys, weights)

    times = best_times({"features": features, "products": products}, rounds=25)
    return times["features"] / times["products"]


def many_heads(n_heads=100_000, n_samples=256):
    queries, keys, values = data(n_samples)
    start = time.process_time()
    model = RandomFeatureAttention(n_heads).fit(queries, keys, values)
    model.predict(queries, keys)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return time.process_time() - start, peak


def main():
    torch.set_num_threads(1)
    for n_samples in (256, 2048):
        print(f"features over their products, n = {n_samples}: {feature_ratio(n_samples):.2f}")
    single, got, truth = fit_and_predict(torch.float32)
    double, wanted, _ = fit_and_predict(torch.float64)
    gap = float((got - wanted).abs().max() / truth.std())
    print(
        f"fit n = 2048 and predict 1500, M = 1000: {single:.1f} s float32, {double:.1f} s float64"
    )
    print(f"largest gap between the two, in deviations of the target: {gap:.1e}")
    spent, peak = many_heads()
    print(f"M = 100,000 heads, n = 256: {spent:.1f} s, peak memory of the process {peak:.2f} GiB")


if __name__ == "__main__":
    main()
