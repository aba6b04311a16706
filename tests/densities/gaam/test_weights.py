"""Weights by a product of Gaussians against torch's Gaussians and the one that the product is."""

import math

import pytest
import torch
from torch.distributions import Normal

from attnkit.densities.gaam import GAAM, gaam_weights, one_gaussian

OFFSETS = torch.tensor([-0.8, 0.3, 1.7], dtype=torch.float64)
WIDTHS = torch.tensor([0.7, 2.0, 1.3], dtype=torch.float64)


def rows(*shape, seed=0, dtype=torch.float64):
    generator = torch.Generator().manual_seed(seed)
    return 2 * torch.randn(*shape, generator=generator, dtype=torch.float64).to(dtype) + 0.7


def by_densities(row, offsets, widths):
    """As the authors write it: densities one after another, multiplied, over their sum."""
    product = torch.ones_like(row)
    for offset, width in zip(offsets, widths, strict=True):
        away = (row - (row.mean() + offset)) / (row.var() + 1e-8).sqrt()
        product = product * Normal(0.0, width).log_prob(away).exp()
    return product / product.sum()


def test_weights_are_those_of_a_loop_over_densities():
    leaves = [leaf.clone().requires_grad_() for leaf in (rows(5, 11), OFFSETS, WIDTHS)]
    found = gaam_weights(*leaves)
    wanted = torch.stack([by_densities(row, *leaves[1:]) for row in leaves[0]])
    values = rows(5, 11, seed=1)
    slopes = [torch.autograd.grad((each * values).sum(), leaves) for each in (found, wanted)]
    torch.testing.assert_close([found, *slopes[0]], [wanted, *slopes[1]])


def test_any_number_of_gaussians_is_one():
    scores = rows(5, 11)
    unit = scores.std(-1, keepdim=True)
    for row, each in zip(scores, unit, strict=True):
        centre, width = one_gaussian(OFFSETS / each, WIDTHS)
        torch.testing.assert_close(
            gaam_weights(row, OFFSETS, WIDTHS), gaam_weights(row, centre * each, width[None]),
            rtol=1e-6, atol=1e-9,
        )  # fmt: skip


def test_one_gaussian_has_the_product_s_logarithm():
    points = rows(101)
    centre, width = one_gaussian(OFFSETS, WIDTHS)
    product = Normal(OFFSETS, WIDTHS).log_prob(points[:, None]).sum(-1)
    apart = product - Normal(centre, width).log_prob(points)
    torch.testing.assert_close(apart, apart[:1].expand(101))
    assert width < WIDTHS.min()
    assert OFFSETS.min() < centre < OFFSETS.max()
    same = one_gaussian(torch.full((7,), 2.0), torch.full((7,), 3.0))
    torch.testing.assert_close(same, (torch.tensor(2.0), torch.tensor(3 / math.sqrt(7))))


def test_softmax_is_the_limit_of_wide_gaussians_far_away():
    row = rows(13)
    offset = torch.tensor([9e5], dtype=torch.float64)
    width = (offset / row.var()).sqrt()
    found = gaam_weights(row, offset, width)
    torch.testing.assert_close(found, row.softmax(-1), rtol=1e-4, atol=1e-6)


def test_masked_keys_are_nowhere_in_the_row():
    scores, mask = rows(5, 11), rows(5, 11, seed=1) > 0.2
    mask[2], mask[3] = False, torch.arange(11) == 4
    expected = torch.zeros_like(scores)
    for found, row, seen in zip(expected, scores, mask, strict=True):
        if seen.any():
            found[seen] = gaam_weights(row[seen], OFFSETS, WIDTHS)
    spoilt = scores.masked_fill(~mask, math.nan).requires_grad_()
    for given, hidden in ((spoilt, mask), (scores.masked_fill(~mask, -math.inf), None)):
        torch.testing.assert_close(gaam_weights(given, OFFSETS, WIDTHS, mask=hidden), expected)
    gaam_weights(spoilt, OFFSETS, WIDTHS, mask=mask)[:, 0].sum().backward()
    assert spoilt.grad.isfinite().all()
    assert (spoilt.grad[~mask] == 0).all()
    assert expected[3, 4] == 1


def test_another_dimension_and_short_rows():
    scores = rows(3, 5, 7)
    torch.testing.assert_close(
        gaam_weights(scores, OFFSETS, WIDTHS, dim=1).mT, gaam_weights(scores.mT, OFFSETS, WIDTHS)
    )
    assert gaam_weights(rows(3, 1), OFFSETS, WIDTHS).tolist() == [[1.0]] * 3
    assert gaam_weights(rows(3, 0), OFFSETS, WIDTHS).shape == (3, 0)
    assert gaam_weights(torch.tensor(3.0), OFFSETS, WIDTHS).item() == 1
    level = torch.full((7,), 3.0, requires_grad=True)
    weights = gaam_weights(level, OFFSETS, WIDTHS)
    torch.testing.assert_close(weights, torch.full((7,), 1 / 7))
    weights[0].backward()
    assert level.grad.isfinite().all()


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32])
def test_half_precision_autocast_and_huge_scores(dtype):
    scores = rows(5, 11, dtype=dtype)
    found = gaam_weights(scores, OFFSETS, WIDTHS)
    assert found.dtype == dtype
    exact = gaam_weights(scores.double(), OFFSETS, WIDTHS)
    assert (found.double() - exact).abs().max() <= 8 * torch.finfo(dtype).eps
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert torch.equal(gaam_weights(scores, OFFSETS, WIDTHS), found)
    huge = gaam_weights(rows(5, 11, dtype=torch.float32) * 3e37, 0 * OFFSETS, WIDTHS)
    usual = gaam_weights(rows(5, 11, dtype=torch.float32), 0 * OFFSETS, WIDTHS)
    torch.testing.assert_close(huge, usual, rtol=1e-4, atol=1e-6)


def test_the_layer_gates_each_part_by_its_head():
    layer, features = GAAM(3, 2, generator=torch.Generator().manual_seed(0)), rows(5, 11).float()
    with torch.no_grad():
        layer.offsets.copy_(rows(3, 2, seed=1))
    gate = layer.gate(features)
    for head, part in enumerate((slice(0, 3), slice(3, 6), slice(6, 11))):
        alone = gaam_weights(features[:, part], layer.offsets[head], layer.log_widths[head].exp())
        torch.testing.assert_close(gate[:, part], alone)
    torch.testing.assert_close(layer(features), features * gate)
    layer(features).square().sum().backward()
    assert all((each.grad != 0).all() for each in layer.parameters())
    with pytest.raises(ValueError, match="features must be at least 3, one a head, got 2"):
        layer(rows(5, 2).float())


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="offsets must hold at least one Gaussian"):
        gaam_weights(rows(3), OFFSETS[:0], WIDTHS[:0])
    with pytest.raises(ValueError, match="centres must hold at least one Gaussian"):
        one_gaussian(OFFSETS[:0], WIDTHS[:0])
    with pytest.raises((ValueError, TypeError), match="widths"):
        gaam_weights(rows(3), OFFSETS, WIDTHS[:2])


COMPILED = """
import torch
from attnkit.densities.gaam import GAAM, gaam_weights

scores = torch.randn(5, 7, generator=torch.Generator().manual_seed(0))
numbers = torch.tensor([-0.5, 1.0]), torch.tensor([0.7, 1.3])
whole = dict(fullgraph=True, backend="aot_eager")
for mask in (None, scores > -1):
    weights = torch.compile(gaam_weights, **whole)(scores, *numbers, mask=mask)
    torch.testing.assert_close(weights, gaam_weights(scores, *numbers, mask=mask))
layer = GAAM(3, 2)
torch.testing.assert_close(torch.compile(layer, **whole)(scores), layer(scores))
"""


def test_compiled_in_one_graph_it_is_the_same(plain_python):
    """Apart from the import hook of the tests, which torch cannot trace."""
    plain_python.run(COMPILED)
