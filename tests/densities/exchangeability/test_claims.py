"""The claims on attention as a posterior mean: recorded, and small units run again."""

import numpy as np
import pytest
import torch

from attnkit.densities.exchangeability import claims, conditional_mean, gaussian_scores, kernel_mean
from attnkit.densities.exchangeability.experiments.samples import NOISE, SAMPLES, one_latent
from attnkit.densities.exchangeability.recorded import SUMMARY, errors_by_length
from attnkit.experiments import experiments
from attnkit.explore import gallery
from tests.trained.models import needs_encoder


def unit(n_keys, seed):
    return SAMPLES.run({"n_keys": n_keys}, seed=seed, device="cpu")


@pytest.mark.claim("posterior-slope")
def test_the_posterior_mean_s_error_falls_like_one_over_n():
    found = claims.posterior_slope()
    assert -1.25 < found["slope"] < -0.85
    assert errors_by_length("conditional mean")[1024].shape == (5,)
    for seed in (11, 12, 13):
        few, many = (unit(n, seed)["conditional mean"] for n in (32, 256))
        assert 4 < few / many < 20


@pytest.mark.claim("kernel-mean-bias")
def test_the_kernel_mean_stops_at_its_bias():
    found = claims.biased()
    wide, narrow, best = (
        [found[f"{name}, n = {n}"] for n in (128, 1024)]
        for name in ("kernel mean", "narrow kernel mean", "conditional mean")
    )
    assert wide[1] > 0.8 * wide[0]
    assert narrow[1] < 0.4 * narrow[0]
    assert best[1] < 0.3 * narrow[1] < 0.1 * wide[1]
    for seed in (11, 12):
        again = unit(512, seed)
        assert again["conditional mean"] < again["narrow kernel mean"] < again["kernel mean"]


def test_no_ridge_does_better_than_the_noise_variance():
    errors = dict.fromkeys((0.01, NOISE**2, 0.8), 0.0)
    generator = torch.Generator().manual_seed(5)
    for _ in range(40):
        *given, wanted = one_latent(64, generator)
        for ridge in errors:
            found = conditional_mean(*given, bandwidth=0.25, ridge=ridge)
            errors[ridge] += (found - wanted).square().mean().item()
    assert errors[NOISE**2] == min(errors.values())


@pytest.mark.claim("norm-term-real")
def test_the_norm_term_is_not_small_in_real_heads():
    found = claims.norm_term()
    assert found["median head, from kernel"] > 0.4
    assert found["median head, from kernel"] < 0.6 * found["median head, from uniform"]
    assert 0.02 < found["heads nearer to uniform"] < 0.25


@pytest.mark.claim("some-keys-real")
def test_more_keys_tell_more_but_less_than_independent_ones():
    found = claims.some_keys()
    assert found["median head, an eighth"] > 2 * found["median head, half"]
    assert 2.5 < found["median ratio"] < 6
    assert found["largest ratio"] < 7.5


@needs_encoder
def test_a_real_passage_is_read_as_recorded():
    found = experiments()["densities-exchangeability-real"].run(
        {"passage": 14}, seed=0, device="cpu"
    )
    kernel = np.array(found["from kernel"])
    assert kernel.shape == (72,)
    assert (kernel > 0).all()
    assert np.corrcoef(kernel, SUMMARY["densities-exchangeability-real"]["from kernel"])[0, 1] > 0.8
    for few, many in (("0.125", "0.25"), ("0.25", "0.5")):
        assert np.mean(found["errors"][few]) > np.mean(found["errors"][many])


def test_moving_queries_and_keys_together_changes_neither_readout():
    *given, _ = one_latent(17, torch.Generator().manual_seed(0))
    moved = (given[0] + 3, given[1] + 3, given[2])
    for read, named in ((kernel_mean, {}), (conditional_mean, {"ridge": 0.1})):
        found = read(*moved, bandwidth=0.3, **named)
        torch.testing.assert_close(found, read(*given, bandwidth=0.3, **named))
    assert (gaussian_scores(*given[:2], bandwidth=0.3) <= 0).all()


def test_in_the_figure_a_wide_kernel_stops_and_the_conditional_mean_goes_on():
    compute = gallery()["tokens-and-error"].compute
    wide = compute(n=512, bandwidth=0.6, ridge=0.09)
    assert wide["error_kernel"][-1] > 0.7 * wide["error_kernel"][0]
    assert wide["error_embedding"][-1] < 0.2 * wide["error_embedding"][0]
    assert wide["now_kernel"][0] == wide["error_kernel"][-1]


def test_and_at_a_narrow_bandwidth_the_kernel_mean_wins_where_keys_are_few():
    compute = gallery()["tokens-and-error"].compute
    for n in (16, 32):
        narrow = compute(n=n, bandwidth=0.005, ridge=0.09)
        assert narrow["kernel_now"] < narrow["embedding_now"]
