"""The measured numbers behind the chapter's claims."""

import numpy as np
import torch

from attnkit.claims import claim
from attnkit.random_features.attention import RandomFeatureAttention
from attnkit.random_features.comparators import RandomFeatureDeepSets, RandomFeatureMLP
from attnkit.random_features.limit_kernels import attention_kernel
from attnkit.random_features.pair_functions import AlongKey, Match
from attnkit.random_features.penalties import NormBound
from attnkit.random_features.powers import key_power
from attnkit.random_features.recorded import errors
from attnkit.random_features.ridge import dual_system, primal_system
from attnkit.random_features.spectra import attention_spectrum, deep_sets_spectrum
from attnkit.random_features.suite import BIAS, powers, targets
from attnkit.random_features.targets import sphere_tokens, target
from attnkit.random_features.theory import (
    complexity,
    excess_risk_bound,
    kernel_norm,
    log_slope,
    predicted_error,
)

SOURCE = "Fu, Guo, Bai and Mei 2023"
WIDTH, N_KEYS, N_HEADS = 8, 8, 300


def _generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def _data(n_samples: int):
    """Tokens at the small size of these claims, and a target by name."""
    queries, keys = sphere_tokens(n_samples, N_KEYS, WIDTH, generator=_generator())
    return queries, keys, lambda name: target(targets(WIDTH)[name], queries, keys)


def _error(model, name: str, *, n_samples: int = 400, n_test: int = 800) -> float:
    """Relative test error of a learner on one target."""
    queries, keys, values = _data(n_samples + n_test)
    model.fit(queries[:n_samples], keys[:n_samples], values(name)[:n_samples])
    rest = values(name)[n_samples:] - model.predict(queries[n_samples:], keys[n_samples:])
    return float(rest.square().mean() / values(name)[n_samples:].var())


@claim("permutation-invariance", source=SOURCE, computes=RandomFeatureAttention)
def permutation_invariance() -> dict[str, float]:
    """Largest change of a prediction when the keys are put in another order."""
    queries, keys, values = _data(200)
    changes = {}
    for name, model in (
        ("attention", RandomFeatureAttention(N_HEADS)),
        ("multilayer perceptron", RandomFeatureMLP(N_HEADS)),
    ):
        model.fit(queries, keys, values("key"))
        change = model.predict(queries, keys) - model.predict(queries, keys.flip(1))
        changes[name] = float(change.abs().max())
    return changes


@claim("primal-is-dual", source="derived here", computes=dual_system)
def primal_is_dual() -> dict[str, float]:
    """Largest gap between the coefficients of the two forms of one ridge regression."""
    queries, keys, values = _data(150)
    features = RandomFeatureAttention(30).features(queries, keys)
    outputs, level = values("key")[:, None], torch.tensor([0.01], dtype=torch.float64)
    primal = primal_system(features, outputs).solve(level)
    dual = features.mT @ dual_system(features @ features.mT, outputs).solve(level)
    return {"largest gap": float((primal - dual).abs().max())}


@claim("heads-converge", source="derived here", computes=attention_kernel)
def heads_converge() -> dict[str, float]:
    """Slope of log Gram error on log number of heads, with its 95% interval, both kernels."""
    queries, keys = sphere_tokens(12, 4, WIDTH, generator=_generator())
    numbers, heads = {}, np.repeat([50, 200, 800, 3200], 5)
    for name, bias_scale in (("unbiased", 0.0), ("biased", BIAS)):
        generator = _generator(1)
        kernel = attention_kernel((queries, keys), (queries, keys), bias_scale=bias_scale)
        grams = [
            RandomFeatureAttention(int(m), bias_scale, generator=generator).gram(queries, keys)
            for m in heads
        ]
        slope = log_slope(heads, np.array([float((gram - kernel).norm()) for gram in grams]))
        numbers |= {name: slope.value, f"{name}, low": slope.low, f"{name}, high": slope.high}
    return numbers


@claim("spectrum-predicts-learning", source="derived here", computes=predicted_error)
def spectrum_predicts_learning() -> dict[str, float]:
    """Predicted and measured test error of attention on two targets."""
    spectrum = attention_spectrum(width=WIDTH, n_keys=N_KEYS)
    numbers = {}
    for name in ("key squared", "rectified match"):
        wanted = predicted_error(
            spectrum, powers(WIDTH, N_KEYS)[name], 400, n_features=N_HEADS * (WIDTH + 1)
        )
        numbers[f"{name}, predicted"] = wanted
        numbers[f"{name}, measured"] = _error(RandomFeatureAttention(N_HEADS), name)
    return numbers


@claim("invariance-is-most-of-it", source="measured here", computes=RandomFeatureDeepSets)
def invariance_is_most_of_it() -> dict[str, float]:
    """Test error of three learners with equally many parameters on the mean of <beta, k>^2."""
    n_features = N_HEADS * (WIDTH + 1)
    models = {
        "attention": RandomFeatureAttention(N_HEADS),
        "deep sets": RandomFeatureDeepSets(n_features),
        "multilayer perceptron": RandomFeatureMLP(n_features),
    }
    return {name: _error(model, "key squared") for name, model in models.items()}


@claim("bias-is-a-prior", source=SOURCE, computes=RandomFeatureAttention)
def bias_is_a_prior() -> dict[str, float]:
    """Test error with and without a mean matrix, on a target of matches and on one of keys."""
    return {
        f"{name}, bias {bias:g}": _error(RandomFeatureAttention(N_HEADS, bias), name)
        for name in ("rectified match", "key squared")
        for bias in (0.0, BIAS)
    }


@claim("match-costs-width", source=SOURCE, computes=complexity)
def match_costs_width() -> dict[str, float]:
    """B of <q,k>^3 over B of <beta,k>^3 at d = 16, and the same ratio of exact kernel norms."""
    beta = torch.eye(16, dtype=torch.float64)[0]
    tensors = complexity(Match() ** 3, 16) / complexity(AlongKey(beta) ** 3, 16)
    spectrum, table = attention_spectrum(width=16, n_keys=16), powers(16, 16)
    norms = [kernel_norm(spectrum, table[name]) for name in ("match squared", "key squared")]
    return {"ratio of B": tensors, "squares: ratio of kernel norms": norms[0] / norms[1]}


@claim("bound-holds", source=SOURCE, computes=excess_risk_bound)
def bound_holds() -> dict[str, float]:
    """Bound with constants at 1 over the predicted error of infinitely many heads."""
    power = key_power(np.square, width=16, n_keys=16)
    b = complexity(targets(16)["key squared"], 16) / power.variance
    spectrum = attention_spectrum(width=16, n_keys=16)
    return {
        f"n = {n}": excess_risk_bound(b, width=16, n_heads=1000, n_samples=n)
        / predicted_error(spectrum, power, n)
        for n in (256, 1024, 4096)
    }


@claim("norm-ball", source=SOURCE, computes=NormBound)
def norm_ball() -> dict[str, float]:
    """The two norms of the values fitted in a ball of radius 1."""
    queries, keys, values = _data(200)
    model = RandomFeatureAttention(N_HEADS)
    model.fit(queries, keys, values("key squared"), penalty=NormBound(1.0))
    heads = model.values_[:, 0].unflatten(0, (N_HEADS, WIDTH + 1)) / N_HEADS**0.5
    return {
        "root of M sum |v|^2": float(N_HEADS * heads.square().sum()) ** 0.5,
        "sum |v|": float(heads.norm(dim=1).sum()),
    }


@claim("lesson-at-full-size", source=SOURCE, computes=RandomFeatureAttention)
def lesson_at_full_size() -> dict[str, float]:
    """Recorded test error, mean over five seeds, at d = N = 16, M = 1,000, n = 1,024, bias 4."""
    numbers = {}
    for name in ("key squared", "rectified match"):
        models, sizes, table = errors("random-features-learning-curves", name)
        at = table[:, sizes == 1024, 0][:, 0]
        numbers |= {f"{name}, {model}": float(at[place]) for place, model in enumerate(models)}
    return numbers


@claim("attention-outlasts-deep-sets", source="derived here", computes=deep_sets_spectrum)
def attention_outlasts_deep_sets() -> dict[str, float]:
    """Predicted error on the mean of <beta, k>^2 at d = 16, n = 1,024, by number of keys."""
    numbers = {}
    for n_keys in (4, 16, 64, 256):
        sizes = {"width": 16, "n_keys": n_keys}
        power = key_power(np.square, **sizes)
        for name, build in (("attention", attention_spectrum), ("deep sets", deep_sets_spectrum)):
            error = predicted_error(build(**sizes), power, 1024)
            numbers[f"{name}, N = {n_keys}"] = error
    return numbers
