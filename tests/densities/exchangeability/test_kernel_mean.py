"""The two posterior means against loops, softmax on the sphere, and Gaussian conditioning."""

import math

import pytest
import torch
from torch.nn.functional import normalize

from attnkit.densities.exchangeability import conditional_mean, gaussian_scores, kernel_mean

RIDGE = {"bandwidth": 0.7, "ridge": 0.2}


def tokens(dtype=torch.float64, n=11):
    generator = torch.Generator().manual_seed(0)
    shapes = ((2, 5, 3), (2, n, 3), (2, n, 7))
    return [torch.randn(shape, generator=generator).double().to(dtype) for shape in shapes]


def by_loop(queries, keys, values, bandwidth):
    kernel = (-torch.cdist(queries, keys).square() / (2 * bandwidth)).exp()
    return torch.stack(
        [
            torch.stack([(row[:, None] * v).sum(0) / row.sum() for row in rows])
            for rows, v in zip(kernel, values, strict=True)
        ]
    )


def test_the_kernel_mean_is_a_loop_over_distances():
    given = [each.requires_grad_() for each in tokens()]
    found, wanted = kernel_mean(*given, bandwidth=0.7), by_loop(*given, 0.7)
    slopes = [torch.autograd.grad(each.square().sum(), given) for each in (found, wanted)]
    torch.testing.assert_close([found, *slopes[0]], [wanted, *slopes[1]])


def test_on_the_sphere_it_is_attention_and_elsewhere_not():
    queries, keys, values = tokens()
    queries, round_keys = normalize(queries, dim=-1), normalize(keys, dim=-1)
    for each, same in ((round_keys, True), (keys, False)):
        attention = (queries @ each.mT / 0.7).softmax(-1) @ values
        found = kernel_mean(queries, each, values, bandwidth=0.7)
        assert torch.allclose(found, attention) == same


def test_scores_are_squared_distances_also_far_from_zero():
    queries, keys, _ = tokens()
    wanted = -torch.cdist(queries, keys).square() / 1.4
    torch.testing.assert_close(gaussian_scores(queries, keys, bandwidth=0.7), wanted)
    far = gaussian_scores((queries + 1e4).float(), (keys + 1e4).float(), bandwidth=0.7)
    assert (far - wanted).abs().max() < 0.02


def test_the_conditional_mean_is_that_of_a_joint_gaussian():
    """By the precision of queries and noisy keys together, which no kernel mean looks at."""
    queries, keys, values = (each[0] for each in tokens())
    places = torch.cat([queries, keys])
    joint = gaussian_scores(places, places, bandwidth=0.7).exp()
    noise = torch.cat([torch.full((5,), 1e-9), torch.full((11,), 0.2)]).double()
    precision = torch.linalg.inv(joint + noise.diag())
    wanted = -torch.linalg.solve(precision[:5, :5], precision[:5, 5:] @ values)
    found = conditional_mean(queries, keys, values, **RIDGE)
    torch.testing.assert_close(found, wanted, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("read", [kernel_mean, conditional_mean])
def test_masked_keys_are_never_looked_at(read):
    named = RIDGE if read is conditional_mean else {"bandwidth": 0.7}
    queries, keys, values = tokens()
    seen = torch.arange(11) % 3 != 0
    expected = read(queries, keys[:, seen], values[:, seen], **named)
    keys[:, ~seen], values[:, ~seen] = math.nan, math.inf
    given = [each.requires_grad_() for each in (queries, keys, values)]
    found = read(*given, **named, mask=seen)
    torch.testing.assert_close(found, expected)
    found.sum().backward()
    assert all(each.grad.isfinite().all() for each in given)
    nothing = read(*given, **named, mask=torch.zeros(11, dtype=torch.bool))
    assert (nothing == 0).all()
    some = read(*given, **named, mask=torch.stack([seen, ~seen & False]))
    torch.testing.assert_close(some[0], expected[0])
    assert (some[1] == 0).all()


@pytest.mark.parametrize("read", [kernel_mean, conditional_mean])
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32])
def test_half_precision_autocast_and_short_rows(read, dtype):
    named = RIDGE if read is conditional_mean else {"bandwidth": 0.7}
    given = tokens(dtype)
    found = read(*given, **named)
    assert found.dtype == dtype
    exact = read(*(each.double() for each in given), **named)
    assert (found.double() - exact).abs().max() <= 40 * torch.finfo(dtype).eps
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert torch.equal(read(*given, **named), found)
    queries, keys, values = tokens(dtype, n=1)
    assert read(queries, keys[:, :0], values[:, :0], **named).tolist() == [[[0.0] * 7] * 5] * 2
    one = read(queries, keys, values, **named)
    factor = 1 if read is kernel_mean else gaussian_scores(queries, keys, bandwidth=0.7).exp() / 1.2
    torch.testing.assert_close(one, (factor * values).to(dtype).expand(2, 5, 7), atol=2e-2, rtol=0)


def test_many_keys_that_are_nearly_the_same_keep_their_digits_in_float32():
    generator = torch.Generator().manual_seed(0)
    keys, queries = (torch.randn(n, 3, generator=generator) for n in (701, 5))
    values = keys[:, :1].sin() + 0.1 * torch.randn(701, 1, generator=generator)
    named = {"bandwidth": 100.0, "ridge": 1e-3}
    exact = conditional_mean(queries.double(), keys.double(), values.double(), **named)
    found = conditional_mean(queries, keys, values, **named)
    torch.testing.assert_close(found.double(), exact, rtol=1e-5, atol=1e-6)


COMPILED = """
import torch
from attnkit.densities.exchangeability import conditional_mean, kernel_mean

given = torch.randn(3, 2, 7, 5, generator=torch.Generator().manual_seed(0))
mask = torch.arange(7) < 5
for read, named in ((kernel_mean, {}), (conditional_mean, {"ridge": 0.2})):
    compiled = torch.compile(read, fullgraph=True, backend="aot_eager")
    found = compiled(*given, bandwidth=0.7, mask=mask, **named)
    torch.testing.assert_close(found, read(*given, bandwidth=0.7, mask=mask, **named))
"""


def test_compiled_in_one_graph_it_is_the_same(plain_python):
    """Apart from the import hook of the tests, which torch cannot trace."""
    plain_python.run(COMPILED)
