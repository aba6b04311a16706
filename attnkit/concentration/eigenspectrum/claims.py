"""What the page on the spectrum claims, measured."""

import torch

from attnkit.claims import claim
from attnkit.concentration.eigenspectrum.ensemble import bilinear_scores, score_matrix
from attnkit.concentration.eigenspectrum.localisation import Localisation, localisation
from attnkit.concentration.eigenspectrum.self_weight import self_weight
from attnkit.concentration.eigenspectrum.spectrum import spectrum
from attnkit.concentration.eigenspectrum.witness import rank_correlations, rank_regression
from attnkit.densities import softmax

__all__ = ["measured_place", "qk_neither_collapse", "qk_real_heads", "qk_self_weight"]

N_TOKENS, WIDTH = 32, 64
SOURCE = "The statement after Bao et al. 2024 (abstract only); the numbers are ours"


def measured_place(trace: float, spread: float, *, seed: int) -> Localisation:
    """Where one head of normal tokens stands on the map."""
    generator = torch.Generator().manual_seed(seed)
    tokens = torch.randn(N_TOKENS, WIDTH, generator=generator, dtype=torch.float64)
    matrix = score_matrix(WIDTH, trace, spread, generator=generator)
    return localisation(softmax(bilinear_scores(tokens, matrix)), tokens)


def mean_place(trace: float, spread: float, n_heads: int) -> tuple[float, float, float]:
    """Entropy, cosine and weight on oneself in the mean over heads."""
    places = [torch.stack(measured_place(trace, spread, seed=seed)) for seed in range(n_heads)]
    return tuple(torch.stack(places).mean(0).tolist())


@claim("qk-neither-collapse", source=SOURCE, computes=localisation)
def qk_neither_collapse() -> dict[str, float]:
    """Entropy over log n and cosine of outputs, in the mean of 20 heads."""
    found = {}
    for trace, spread in ((0.0, 0.0), (3.0, 0.0), (12.0, 0.0), (0.0, 0.5), (3.0, 0.5)):
        entropy, cosine, _ = mean_place(trace, spread, 20)
        found[f"entropy, trace {trace:g}, spread {spread:g}"] = entropy
        found[f"cosine, trace {trace:g}, spread {spread:g}"] = cosine
    return found


@claim("qk-self-weight", source="Derived here", computes=self_weight)
def qk_self_weight() -> dict[str, float]:
    """Weight on oneself, in the mean of 20 heads, beside the law."""
    found = {}
    for trace, spread in ((2.0, 0.0), (4.0, 0.0), (4.0, 0.1), (4.0, 0.2)):
        where = f"trace {trace:g}, spread {spread:g}"
        found[where] = mean_place(trace, spread, 20)[2]
        found[f"{where}, law"] = self_weight(trace, spread, width=WIDTH, n_keys=N_TOKENS)
    return found


@claim("qk-real-heads", source="Measured here on one six-layer encoder", computes=spectrum)
def qk_real_heads() -> dict[str, float]:
    """Rank correlations over seventy-two heads, and both causes of the weight on oneself."""
    found = {}
    for of, name in (("trace", "trace"), ("eigenvalue_sd", "spread")):
        for measure, correlation in rank_correlations(of).items():
            found[f"{name} and {measure.replace('_', ' ')}"] = correlation
    together = rank_regression("self_weight")
    return found | {f"self weight by {name}, together": together[name] for name in together}
