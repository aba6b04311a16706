"""The ridge value function against scikit-style oracles, float64 and its own laws."""

import math

import pytest
import torch

from attnkit.densities.values import RadialBasis, RidgeValueFunction


def random(*shape, dtype=torch.float64, seed=0):
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed), dtype=dtype)


def basis(n_centers=13, widths=(0.05, 0.2)):
    return RadialBasis.on_grid(n_centers, widths, dtype=torch.float64)


def test_coefficients_solve_the_normal_equations():
    times, samples = random(37, seed=1), random(37, 3, seed=2)
    value = RidgeValueFunction(basis(), ridge=0.1).fit(times, samples)
    design = basis()(times)
    gram = design.mT @ design + 0.1 * torch.eye(26, dtype=torch.float64)
    wanted = torch.linalg.solve(gram, design.mT @ samples)
    torch.testing.assert_close(value.coefficients, wanted, rtol=1e-9, atol=1e-9)
    torch.testing.assert_close(value(times), design @ wanted)


def test_float32_keeps_its_digits_where_the_normal_equations_fail():
    times = torch.linspace(0, 1, 199, dtype=torch.float64)
    samples = torch.stack([torch.sin(2 * math.pi * k * times) for k in range(1, 9)], -1)
    wide = RadialBasis.on_grid(32, (0.1, 0.5), dtype=torch.float64)
    exact = RidgeValueFunction(wide, ridge=1e-4).fit(times, samples)(times)
    single = RidgeValueFunction(wide, ridge=1e-4).fit(times.float(), samples.float())
    assert (single(times.float()) - exact).abs().max() < 2e-3
    design = wide(times).float()
    gram = design.mT @ design + 1e-4 * torch.eye(64)
    normal = design @ torch.linalg.inv(gram) @ design.mT @ samples.float()
    assert (normal - exact).abs().max() > 0.05


def test_a_mask_equals_leaving_samples_out():
    times, samples = random(5, 31, seed=3), random(5, 31, 2, seed=4)
    mask = random(5, 31, seed=5) < 0.6
    holes = torch.where(mask.unsqueeze(-1), samples, math.nan)
    value = RidgeValueFunction(basis()).fit(times, holes, mask)
    for row in range(5):
        alone = RidgeValueFunction(basis()).fit(times[row, mask[row]], samples[row, mask[row]])
        torch.testing.assert_close(value.coefficients[row], alone.coefficients)
        assert value.diagnostics.n_samples[row] == mask[row].sum()
        torch.testing.assert_close(
            value.diagnostics.root_mean_square_error[row],
            alone.diagnostics.root_mean_square_error,
        )


def test_no_sample_gives_the_zero_function():
    times, samples = random(7), random(7, 2)
    value = RidgeValueFunction(basis()).fit(times, samples, torch.zeros(7, dtype=torch.bool))
    assert value(times).abs().max() == 0
    empty = RidgeValueFunction(basis()).fit(times[:0], samples[:0])
    assert empty(times).abs().max() == 0
    assert empty.diagnostics.root_mean_square_error == 0


def test_diagnostics_are_what_they_say():
    times, samples = random(41, seed=6), random(41, 1, seed=7)
    value = RidgeValueFunction(basis(), ridge=0.03).fit(times, samples)
    residual = (value(times) - samples).square().mean().sqrt()
    torch.testing.assert_close(value.diagnostics.root_mean_square_error, residual)
    design = basis()(times)
    augmented = torch.cat([design, math.sqrt(0.03) * torch.eye(26, dtype=torch.float64)])
    torch.testing.assert_close(
        value.diagnostics.condition_number, torch.linalg.cond(augmented), rtol=1e-8, atol=0
    )


def test_more_ridge_means_a_worse_fit_and_a_smaller_function():
    times, samples = random(41, seed=8), random(41, 1, seed=9)
    fits = [RidgeValueFunction(basis(), ridge=r).fit(times, samples) for r in (1e-4, 1e-2, 1.0)]
    errors = [fit.diagnostics.root_mean_square_error.item() for fit in fits]
    sizes = [fit.coefficients.norm().item() for fit in fits]
    assert errors == sorted(errors)
    assert sizes == sorted(sizes, reverse=True)


def test_prediction_is_linear_in_the_samples():
    times = random(29, seed=10)
    first, second = random(29, 2, seed=11), random(29, 2, seed=12)
    fit = RidgeValueFunction(basis()).fit
    apart = 2 * fit(times, first)(times) - fit(times, second)(times)
    torch.testing.assert_close(fit(times, 2 * first - second)(times), apart)


def test_gradient_in_samples_and_times():
    times, samples = random(11, seed=13).requires_grad_(), random(11, 2, seed=14).requires_grad_()
    points = random(5, seed=15)

    def predict(times, samples):
        return RidgeValueFunction(basis(7, (0.2,))).fit(times, samples)(points)

    assert torch.autograd.gradcheck(predict, (times, samples))


def test_half_precision_is_fitted_in_single():
    times, samples = random(19, dtype=torch.float32), random(19, 1, dtype=torch.float32)
    value = RidgeValueFunction(RadialBasis.on_grid(13, (0.1,))).fit(times.half(), samples.half())
    assert value.coefficients.dtype == torch.float32
    assert value(times.half()).dtype == torch.float16


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: RidgeValueFunction(basis(), ridge=0.0), "ridge"),
        (lambda: RadialBasis(torch.zeros(3), torch.ones(3) * -1), "widths"),
        (lambda: RadialBasis(torch.tensor([math.nan]), torch.ones(1)), "centers"),
        (lambda: RidgeValueFunction(basis()).fit(random(5), math.nan * random(5, 1)), "samples"),
        (lambda: RidgeValueFunction(basis()).fit(math.nan * random(5), random(5, 1)), "times"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_different_lengths_and_early_prediction():
    with pytest.raises(Exception, match=r"samples|time"):
        RidgeValueFunction(basis()).fit(random(5), random(7, 1))
    with pytest.raises(Exception, match=r"widths|center|basis"):
        RadialBasis(torch.zeros(3), torch.ones(5))
    with pytest.raises(AttributeError, match="coefficients"):
        RidgeValueFunction(basis())(random(5))


def test_a_mask_per_feature_fits_every_channel_to_its_own_times():
    """The usual case of a clinical record: which channel was seen when."""
    times, samples = random(2, 31, seed=3), random(2, 31, 5, seed=4)
    mask = random(2, 31, 5, seed=5) < 0.6
    mask[1, :, 3] = False
    holes = torch.where(mask, samples, math.nan)
    value = RidgeValueFunction(basis(5)).fit(times, holes, mask)
    assert value.coefficients.shape == (2, 10, 5)
    assert value.diagnostics.n_samples.shape == (2, 5)
    points = random(7, seed=6)
    for row in range(2):
        for channel in range(5):
            keep = mask[row, :, channel]
            alone = RidgeValueFunction(basis(5)).fit(
                times[row, keep], samples[row, keep, channel, None]
            )
            torch.testing.assert_close(value(points)[row, :, channel], alone(points)[:, 0])
            assert value.diagnostics.n_samples[row, channel] == keep.sum()
            torch.testing.assert_close(
                value.diagnostics.root_mean_square_error[row, channel],
                alone.diagnostics.root_mean_square_error,
            )
    assert (value.coefficients[1, :, 3] == 0).all()


def test_a_mask_per_feature_of_one_series_and_of_one_feature():
    times, samples = torch.linspace(0, 1, 4), random(4, 4, dtype=torch.float32)
    mask = random(4, 4, seed=1) < 0.7
    value = RidgeValueFunction(RadialBasis.on_grid(6, (0.2,))).fit(times, samples, mask)
    assert value.coefficients.shape == (6, 4)
    single = RidgeValueFunction(basis(5)).fit(random(7), random(7, 1), random(7, 1) < 0.5)
    assert single.diagnostics.n_samples.shape == (1,)


def test_a_mask_of_times_broadcasts_and_counts_as_it_is_spread():
    times, samples = random(3, 5), random(3, 5, 2, seed=2)
    ones = torch.ones(3, 5, dtype=torch.bool)
    wanted = RidgeValueFunction(basis(5)).fit(times, samples)
    for mask in (ones, ones[:1], ones[0], ones[:, :1], ones.unsqueeze(-1)):
        found = RidgeValueFunction(basis(5)).fit(times, samples, mask)
        torch.testing.assert_close(found.coefficients, wanted.coefficients)
        n_samples = found.diagnostics.n_samples
        assert (n_samples == 5).all()
        assert n_samples.shape == ((3, 2) if mask.ndim == 3 else (3,))


@pytest.mark.parametrize(
    ("mask", "error"),
    [
        (torch.ones(4, dtype=torch.bool), ValueError),
        (torch.ones(5, 3, dtype=torch.bool), ValueError),
        (torch.ones(3, 5, 2, 1, dtype=torch.bool), ValueError),
        (torch.ones(5, dtype=torch.uint8), TypeError),
        (torch.ones(5), TypeError),
        ([True] * 5, TypeError),
    ],
)
def test_a_mask_that_is_none_is_named(mask, error):
    with pytest.raises(error, match="mask must"):
        RidgeValueFunction(basis(5)).fit(random(3, 5), random(3, 5, 2), mask)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_times_that_no_basis_function_sees_are_refused(dtype):
    """Unix seconds in a basis of the unit interval would fit the zero function."""
    seconds = torch.linspace(1.7e9, 1.7e9 + 3600, 7, dtype=dtype)
    with pytest.raises(ValueError, match=r"times must lie where the basis .* from 1\.7e\+09"):
        RidgeValueFunction(RadialBasis.on_grid(5, (0.2,))).fit(seconds, random(7, 2))
    both = torch.stack([torch.linspace(0, 1, 7, dtype=dtype), seconds])
    with pytest.raises(ValueError, match="times must lie where the basis"):
        RidgeValueFunction(RadialBasis.on_grid(5, (0.2,))).fit(both, random(2, 7, 2))
    part = torch.cat([both[0], seconds[:1]])
    RidgeValueFunction(RadialBasis.on_grid(5, (0.2,))).fit(part, random(8, 2))


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_half_precision_points_are_computed_in_float32(dtype):
    points = torch.linspace(0, 1, 13).to(dtype)
    bumps = RadialBasis.on_grid(7, (0.1,))
    assert bumps(points).dtype == dtype
    torch.testing.assert_close(bumps(points), bumps(points.float()).to(dtype), atol=0, rtol=0)


def test_whole_numbers_and_nan_are_no_points():
    bumps = RadialBasis(torch.tensor([0.0, 0.5]), torch.tensor([0.3, 0.3]))
    fitted = RidgeValueFunction(bumps).fit(torch.linspace(0, 1, 5), torch.zeros(5, 2))
    for read in (bumps, fitted):
        with pytest.raises(TypeError, match="points must have a floating-point dtype"):
            read(torch.tensor([0, 1]))
        with pytest.raises(ValueError, match="points must hold finite numbers"):
            read(torch.tensor([0.5, math.nan]))
    with pytest.raises(ValueError, match=r"points must have leading dimensions .* of the func"):
        RidgeValueFunction(bumps).fit(torch.rand(2, 5), torch.zeros(2, 5, 1))(torch.rand(3, 7))
