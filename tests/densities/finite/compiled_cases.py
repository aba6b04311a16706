"""torch.compile(fullgraph=True) against eager mode: cases, each a script of its own."""

import functools

import pytest
import torch

import attnkit
from attnkit import densities
from attnkit.densities import divided, divided_after_maximum, threshold_normalised
from attnkit.densities.kernel.kernels import gaussian
from tests.densities.finite.reference import rows


def compiled(function):
    torch._dynamo.reset()
    return torch.compile(function, fullgraph=True, backend="aot_eager")


def check(function, *tensors):
    """Equal weights and equal gradients."""
    results = []
    for run in (compiled(function), function):
        leaves = [tensor.clone().requires_grad_() for tensor in tensors]
        weights = run(*leaves)
        weights.backward(rows(*weights.shape, seed=9))
        results.append((weights, [leaf.grad for leaf in leaves]))
    (fast, fast_gradients), (plain, plain_gradients) = results
    torch.testing.assert_close(fast, plain, atol=4e-7, rtol=0)
    torch.testing.assert_close(fast_gradients, plain_gradients, atol=4e-6, rtol=1e-5)


def every_alpha():
    for alpha in (0.5, 1.0, 1.01, 1.5, 1.7, 2.0, 3.0):
        check(lambda scores, alpha=alpha: attnkit.entmax(scores, alpha), rows(3, 17))


def alpha_per_head():
    alpha = torch.tensor([0.5, 1.0, 1.5, 2.0, 3.0]).reshape(5, 1, 1)
    check(attnkit.entmax, rows(2, 5, 3, 7), alpha)


def alpha_that_changes_between_calls():
    function = compiled(attnkit.entmax)
    for alpha in (1.5, 1.3, 1.7, 0.6, 2.0, 1.0, 3.0):
        expected = attnkit.entmax(rows(3, 7), alpha)
        torch.testing.assert_close(function(rows(3, 7), alpha), expected)


def length_that_changes_between_calls():
    function = compiled(attnkit.sparsemax)
    for length in (7, 11, 4099, 1):
        scores = rows(3, length)
        torch.testing.assert_close(function(scores), attnkit.sparsemax(scores), atol=4e-7, rtol=0)


def masks_in_half_precision():
    mask = torch.ones(5, 5, dtype=torch.bool).tril(-1)

    def weights(scores):
        return attnkit.entmax(scores.bfloat16(), 1.5, mask=mask).float()

    check(weights, rows(3, 5, 5))


def nan_stays_in_its_row():
    scores = rows(3, 7)
    scores[1, 2] = torch.nan
    for alpha in (0.5, 1.0, 1.5, 1.7, 2.0, 3.0):
        weights = compiled(lambda z, alpha=alpha: attnkit.entmax(z, alpha))(scores)
        assert weights[1].isnan().all()
        assert weights[[0, 2]].isfinite().all()


def long_near_uniform_rows():
    check(attnkit.sparsemax, 1e-3 * rows(2, 4096))


def attention():
    def context(queries, keys, values):
        return attnkit.attention(queries, keys, values, alpha=1.5)

    check(context, rows(2, 3, 5), rows(2, 7, 5, seed=1), rows(2, 7, 11, seed=2))


def losses():
    labels, targets = torch.tensor([0, 6, -100]), rows(3, 7).softmax(-1)
    for alpha in (0.5, 1.0, 1.5, 3.0):
        check(lambda z, alpha=alpha: densities.entmax_loss(z, labels, alpha), rows(3, 7))
        check(lambda z, alpha=alpha: densities.fenchel_young_loss(z, targets, alpha), rows(3, 7))


def bad_numbers_are_still_refused():
    for alpha, message in ((-0.5, "alpha must be in"), (torch.ones(2, 2), "alpha must broadcast")):
        with pytest.raises(Exception, match=message):  # dynamo wraps the ValueError
            compiled(lambda scores, alpha=alpha: attnkit.entmax(scores, alpha))(rows(3, 5))


def normalisations_on_nodes():
    masses = torch.rand(17, generator=torch.Generator().manual_seed(2)) / 17
    for normalised in (threshold_normalised, divided, divided_after_maximum):
        for alpha in (1.0, 1.5, 2.0):
            function = functools.partial(normalised, masses=masses, alpha=alpha)
            fast, plain = compiled(function)(rows(3, 17)), function(rows(3, 17))
            torch.testing.assert_close(fast, plain, atol=2e-6, rtol=1e-5)


def continuous_attention_layers():
    def values(points):
        return torch.stack([points.sin(), points.square()], -1)

    def pixels(points):
        return points.square()

    bump = densities.Unimodal(alpha=1.5)
    kernel = functools.partial(gaussian, width=0.1)
    sparse = densities.KernelScore(torch.linspace(0, 1, 7), kernel)
    mixture = densities.Mixture(bump, n_components=3)
    ellipse = densities.Elliptical((5, 5))
    for density, read in ((bump, values), (mixture, values), (sparse, values), (ellipse, pixels)):
        layer = densities.ContinuousAttention(density)
        check(lambda p, f=layer, v=read: f(p, v).context, rows(3, 2, density.n_parameters))


CASES = (
    every_alpha,
    alpha_per_head,
    alpha_that_changes_between_calls,
    length_that_changes_between_calls,
    masks_in_half_precision,
    nan_stays_in_its_row,
    long_near_uniform_rows,
    attention,
    losses,
    bad_numbers_are_still_refused,
    normalisations_on_nodes,
    continuous_attention_layers,
)
