"""Diagnostics of weights: known values, laws, gradients, and what is undefined."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.autograd import gradcheck

import attnkit
from attnkit import diagnostics

SHARES = [
    diagnostics.effective_number,
    diagnostics.entropy,
    diagnostics.normalised_entropy,
    diagnostics.top_mass_curve,
]
ALL = [*SHARES, diagnostics.row_sum, diagnostics.support_size]


def simplex(*shape, seed=0, alpha=1.3):
    generator = torch.Generator().manual_seed(seed)
    scores = 2 * torch.randn(*shape, generator=generator, dtype=torch.float64)
    return attnkit.entmax(scores, alpha)


def test_known_values():
    weights = torch.tensor([[0.5, 0.25, 0.25, 0.0], [1.0, 0.0, 0.0, 0.0], [0.25] * 4])
    assert torch.allclose(diagnostics.entropy(weights), math.log(2) * torch.tensor([1.5, 0.0, 2.0]))
    assert torch.allclose(diagnostics.normalised_entropy(weights), torch.tensor([0.75, 0.0, 1.0]))
    assert torch.allclose(diagnostics.effective_number(weights), torch.tensor([8 / 3, 1.0, 4.0]))
    assert diagnostics.support_size(weights).tolist() == [3, 1, 4]
    assert diagnostics.row_sum(weights).tolist() == [1, 1, 1]
    expected = torch.tensor([[0.5, 0.75, 1, 1], [1, 1, 1, 1], [0.25, 0.5, 0.75, 1]])
    assert torch.allclose(diagnostics.top_mass_curve(weights), expected)


@settings(max_examples=40, deadline=None)
@given(length=st.integers(2, 29), seed=st.integers(0, 10**6), alpha=st.floats(1, 4))
def test_laws(length, seed, alpha):
    weights = simplex(3, length, seed=seed, alpha=alpha)
    number, support = diagnostics.effective_number(weights), diagnostics.support_size(weights)
    entropy = diagnostics.entropy(weights)
    slack = 1e-9
    assert (number >= 1 - slack).all()
    assert (number <= entropy.exp() + slack).all()  # Hill numbers fall with their order
    assert (entropy.exp() <= support + slack).all()
    assert (support <= length).all()
    curve = diagnostics.top_mass_curve(weights)
    gains = curve.diff(dim=-1, prepend=torch.zeros(3, 1, dtype=curve.dtype))
    assert (gains >= -slack).all()
    assert (gains.diff(dim=-1) <= slack).all()
    assert torch.allclose(curve[:, -1], torch.ones(3, dtype=curve.dtype))


@pytest.mark.parametrize("measure", ALL)
def test_any_dimension(measure):
    weights = simplex(3, 5, 7)
    for dim in (0, 1, 2, -3):
        result = measure(weights.movedim(-1, dim), dim)
        if measure is diagnostics.top_mass_curve:
            result = result.movedim(dim, -1)
        assert torch.allclose(result, measure(weights))


@pytest.mark.parametrize("measure", SHARES)
@pytest.mark.parametrize(
    "row", [[0.6, 0.6, -0.2], [0.5, 0.4, 0.0], [0.0, 0.0, 0.0], [math.nan, 0.5, 0.5]]
)
def test_rows_that_are_no_density_have_no_shares(measure, row):
    """Signed, unnormalised, fully masked, NaN: undefined, and the density beside is untouched."""
    result = measure(torch.tensor([row, [0.5, 0.25, 0.25]]))
    assert result[0].isnan().all()
    assert result[1].isfinite().all()


def test_sum_and_support_are_defined_for_any_weights():
    weights = torch.tensor([[0.6, 0.6, -0.2], [0.0, 0.0, 0.0], [math.nan, 1.0, 0.0]])
    assert torch.allclose(diagnostics.row_sum(weights)[:2], torch.tensor([1.0, 0.0]))
    assert diagnostics.support_size(weights)[:2].tolist() == [3, 0]
    assert diagnostics.support_size(weights)[2].isnan()


def test_normalised_entropy_of_a_single_key_is_undefined():
    assert diagnostics.normalised_entropy(torch.ones(3, 1)).isnan().all()


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
@pytest.mark.parametrize("measure", ALL)
def test_half_precision_is_measured_in_float32(measure, dtype):
    weights = simplex(3, 251).to(dtype)
    result = measure(weights)
    assert result.dtype == torch.float32
    assert result.isfinite().all()
    assert torch.allclose(
        result, measure(weights.float() / weights.float().sum(-1, True)), rtol=0.02
    )


@pytest.mark.parametrize("measure", SHARES)
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_rows_rounded_before_they_were_upcast_are_densities(measure, dtype):
    """What `.float()` does before numpy or a plot changes no number, so it changes no verdict."""
    generator = torch.Generator().manual_seed(0)
    for scale in (0.5, 2.0, 8.0):
        scores = scale * torch.randn(61, 67, generator=generator).to(dtype)
        for weights in (scores.softmax(-1), attnkit.entmax(scores, 1.5)):
            assert measure(weights.float()).isfinite().all()
            assert torch.equal(measure(weights.float()), measure(weights))


@pytest.mark.parametrize("measure", SHARES)
def test_rows_stored_with_three_decimals_are_densities(measure):
    rounded = (simplex(61, 67) * 1000).round() / 1000
    assert measure(rounded).isfinite().all()
    assert measure(rounded.float()).isfinite().all()


@pytest.mark.parametrize("measure", SHARES)
@pytest.mark.parametrize("total", [0.95, 0.985, 1.015, 1.05])
def test_rows_that_lost_a_key_are_not(measure, total):
    assert measure(total * simplex(3, 67)).isnan().all()


def test_the_reason_counts_rows_and_says_what_is_wrong_with_them():
    good, bad = [0.5, 0.5, 0.0], math.nan
    rows = torch.tensor(
        [good, [bad, 0.5, 0.5], [1.2, -0.2, 0.0], [0.0] * 3, [0.5, 0.4, 0], [0.5, 0.7, 0]]
    )
    assert diagnostics.undefined(rows) == (
        "5 of 6 rows are no density: 1 with a NaN, 1 with a negative weight, "
        "1 of zeros (fully masked), 2 that sum to 0.9 to 1.2"
    )
    assert diagnostics.undefined(rows.mT, 0) == diagnostics.undefined(rows)
    assert diagnostics.undefined(torch.tensor(good)) == ""
    assert "that sum to 0.95" in diagnostics.undefined(0.95 * simplex(3, 67)[:1])


@pytest.mark.parametrize("measure", [*SHARES, diagnostics.row_sum])
def test_gradients_pass_through_weights_that_are_exactly_zero(measure):
    scores = torch.tensor([2.0, 1.9, 1.1, -3.0], dtype=torch.float64, requires_grad=True)
    assert (attnkit.entmax(scores, 1.5)[-1] == 0).all()
    assert gradcheck(lambda z: measure(attnkit.entmax(z, 1.5)), scores)


def test_works_under_vmap():
    weights = simplex(3, 5)
    for measure in ALL:
        assert torch.allclose(torch.func.vmap(measure)(weights), measure(weights))


@pytest.mark.parametrize("measure", ALL)
def test_bad_input_is_refused(measure):
    with pytest.raises(TypeError, match="weights"):
        measure(torch.ones(3, dtype=torch.int64))
    with pytest.raises(ValueError, match="dim"):
        measure(torch.ones(3), 1)
