"""Pairs made by one latent function on a sphere: the error of a readout against their number."""

import torch
from torch import Tensor
from torch.nn.functional import normalize

from attnkit.densities.exchangeability.kernel_mean import (
    conditional_mean,
    gaussian_scores,
    kernel_mean,
)
from attnkit.experiments import Experiment

__all__ = ["SAMPLES", "one_latent"]

BANDWIDTH, NOISE, N_QUERIES, N_DRAWS = 0.25, 0.3, 64, 6
LENGTHS = (16, 32, 64, 128, 256, 512, 1024)


def one_latent(n_keys: int, generator: torch.Generator) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Queries, keys, noisy values, and what the queries should read, of one function drawn anew."""
    places = torch.randn(N_QUERIES + n_keys, 3, generator=generator, dtype=torch.float64)
    places = normalize(places, dim=-1)
    kernel = gaussian_scores(places, places, bandwidth=BANDWIDTH).exp()
    factor = torch.linalg.cholesky(kernel + 1e-8 * torch.eye(len(places), dtype=kernel.dtype))
    latent = factor @ torch.randn(len(places), 1, generator=generator, dtype=torch.float64)
    noise = torch.randn(n_keys, 1, generator=generator, dtype=torch.float64)
    queries, keys = places.split([N_QUERIES, n_keys])
    return queries, keys, latent[N_QUERIES:] + NOISE * noise, latent[:N_QUERIES]


READS = {
    "kernel mean": lambda *given: kernel_mean(*given, bandwidth=BANDWIDTH),
    "narrow kernel mean": lambda *given: kernel_mean(*given, bandwidth=BANDWIDTH / 8),
    "conditional mean": lambda *given: conditional_mean(
        *given, bandwidth=BANDWIDTH, ridge=NOISE**2
    ),
}


def run(case: dict, *, seed: int, device: str) -> dict:
    """Mean squared error of each readout, over a few latents."""
    generator = torch.Generator().manual_seed(1000 * seed + case["n_keys"])
    errors = dict.fromkeys(READS, 0.0)
    for _ in range(N_DRAWS):
        *given, wanted = one_latent(case["n_keys"], generator)
        for name, read in READS.items():
            errors[name] += (read(*given) - wanted).square().mean().item() / N_DRAWS
    return {name: float(f"{error:.4g}") for name, error in errors.items()}


SAMPLES = Experiment(
    name="densities-exchangeability-samples",
    title="Error of three readouts of one latent function against the number of tokens",
    source="after Zhang et al. 2022 (2212.14852), with a Gaussian process as the latent",
    cases={
        "quick": [{"n_keys": n} for n in (16, 64, 256)],
        "full": [{"n_keys": n} for n in LENGTHS],
    },
    seeds={"quick": 2, "full": 5},
    run=run,
)
