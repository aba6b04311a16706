"""Learned waves against loops over places, masks, precision and compiled code; and as a layer."""

import math

import pytest
import torch

from attnkit.densities.karat import KArAt, karat_weights

N_HIDDEN, N_KEYS, GRID = 3, 7, 5


def drawn(*shape, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=generator, dtype=torch.float64)


def a_map(dtype=torch.float64):
    waves, output = drawn(N_HIDDEN, N_KEYS, 2, GRID, seed=1), drawn(N_KEYS, N_HIDDEN, seed=2)
    return (waves / 4).to(dtype), (output / 2).to(dtype)


def by_loops(row, waves, output):
    weights = []
    for i in range(N_KEYS):
        total = 0.0
        for hidden in range(N_HIDDEN):
            for j, z in enumerate(row):
                for m in range(GRID):
                    cosine, sine = waves[hidden, j, :, m].tolist()
                    height = cosine * math.cos((m + 1) * z) + sine * math.sin((m + 1) * z)
                    total += output[i, hidden].item() * height
        weights.append(total)
    return torch.tensor(weights, dtype=torch.float64)


def test_is_the_sum_over_hidden_numbers_places_and_waves():
    scores, (waves, output) = drawn(2, N_KEYS), a_map()
    for row, weights in zip(scores, karat_weights(scores, waves, output), strict=True):
        torch.testing.assert_close(weights, by_loops(row.tolist(), waves, output))


def test_gradients():
    leaves = [each.requires_grad_() for each in (drawn(2, N_KEYS), *a_map())]
    assert torch.autograd.gradcheck(karat_weights, leaves)
    assert torch.autograd.gradgradcheck(karat_weights, leaves)


def test_a_masked_key_says_nothing_and_gets_nothing():
    scores, (waves, output) = drawn(2, N_KEYS), a_map()
    seen = torch.arange(N_KEYS) != 2
    silent = waves.clone()
    silent[:, 2] = 0
    wanted = karat_weights(scores, silent, output).masked_fill(~seen, 0.0)
    for unseen in (math.nan, math.inf, 0.5):
        scores[:, 2] = unseen
        torch.testing.assert_close(karat_weights(scores, waves, output, mask=seen), wanted)
    scores[:, 2] = -math.inf
    torch.testing.assert_close(karat_weights(scores, waves, output), wanted)


def test_gradients_of_masked_rows_are_zero_and_no_nan():
    scores, (waves, output) = drawn(2, N_KEYS).requires_grad_(), a_map()
    mask = torch.tensor([[False], [True]]).expand(2, N_KEYS)
    weights = karat_weights(scores, waves, output, mask=mask)
    weights.square().sum().backward()
    assert (weights[0] == 0).all()
    assert (scores.grad[0] == 0).all()
    assert (scores.grad[1] != 0).all()


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_and_autocast(dtype):
    scores, parts = drawn(3, N_KEYS).to(dtype), a_map(dtype)
    weights = karat_weights(scores, *parts)
    exact = karat_weights(scores.double(), *(part.double() for part in parts))
    assert weights.dtype == dtype
    assert (weights.double() - exact).abs().max() <= 4 * torch.finfo(dtype).eps
    single = [each.float() for each in (scores, *parts)]
    with torch.autocast("cpu", dtype=torch.bfloat16):
        inside = karat_weights(*single)
    assert torch.equal(inside, karat_weights(*single))


def test_no_key_one_key_and_no_row():
    assert karat_weights(drawn(2, 0), drawn(3, 0, 2, 5), drawn(0, 3)).shape == (2, 0)
    assert karat_weights(drawn(2, 1), drawn(3, 1, 2, 5), drawn(1, 3)).shape == (2, 1)
    assert karat_weights(drawn(0, N_KEYS), *a_map()).shape == (0, N_KEYS)


COMPILED = """
import torch
from attnkit.densities.karat import KArAt

layer, scores = KArAt(7), torch.randn(3, 7)
mask, whole = scores > -0.5, dict(fullgraph=True, backend="aot_eager")
torch.testing.assert_close(torch.compile(layer, **whole)(scores, mask), layer(scores, mask))
"""


def test_compiled_in_one_graph_it_is_the_same(plain_python):
    """Apart from the import hook of the tests, which torch cannot trace."""
    plain_python.run(COMPILED)


def test_rows_of_another_length_are_refused():
    layer = KArAt(N_KEYS, n_hidden=2)
    assert layer(drawn(3, N_KEYS).float()).shape == (3, N_KEYS)
    with pytest.raises(ValueError, match=r"waves must have shape .* key = 5"):
        layer(torch.zeros(3, 5))


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_the_layer_takes_scores_of_any_dtype_also_under_autocast(dtype):
    layer, scores = KArAt(N_KEYS, n_hidden=2), drawn(3, N_KEYS).to(dtype)
    exact = karat_weights(scores.double(), layer.waves.double(), layer.output.double())
    for enabled in (False, True):
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=enabled):
            found = layer(scores)
        assert found.dtype == dtype
        torch.testing.assert_close(found, exact.to(dtype))


def test_the_layer_holds_as_many_numbers_as_the_page_counts():
    layer = KArAt(197, n_hidden=12, grid_size=3)
    assert sum(each.numel() for each in layer.parameters()) == 197 * 12 * (1 + 2 * 3) == 16548
