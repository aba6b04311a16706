"""All weight on one key: the end of the alpha family, the mean of draws, and their gradients."""

import math

import pytest
import torch

from attnkit.densities import entmax
from attnkit.densities.hard_retrieval import hard_weights, sampled_weights


def rows(*shape, seed=0, dtype=torch.float64):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=generator, dtype=torch.float64).to(dtype)


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def test_it_is_the_cold_end_of_the_alpha_family():
    scores = rows(5, 11)
    scores[2, 3] = scores[2, 7] = 4.0
    wanted = hard_weights(scores)
    assert wanted[2, [3, 7]].tolist() == [0.5, 0.5]
    assert (wanted.argmax(-1) == scores.argmax(-1)).all()
    for alpha in (1.0, 1.5, 2.0):
        torch.testing.assert_close(entmax(scores / 1e-3, alpha), wanted)
    torch.testing.assert_close(hard_weights(scores, dim=0).mT, hard_weights(scores.mT))


def test_a_draw_is_one_key_by_its_weight():
    scores = rows(7)
    drawn = sampled_weights(scores.expand(40009, 7), generator=seeded())
    assert set(drawn.unique().tolist()) == {0.0, 1.0}
    assert (drawn.sum(-1) == 1).all()
    weights = scores.softmax(-1)
    error = 4 * (weights * (1 - weights) / 40009).sqrt()
    assert ((drawn.mean(0) - weights).abs() < error).all()
    again = sampled_weights(scores.expand(40009, 7), generator=seeded())
    assert torch.equal(drawn, again)
    turned = sampled_weights(scores.expand(40009, 7).mT, 0, generator=seeded())
    assert torch.equal(turned.mT, drawn)


def test_gradients_go_to_all_scores_and_to_the_value_drawn():
    scores, values = rows(5, 7).requires_grad_(), rows(7, 3, seed=1).requires_grad_()
    pull = rows(5, 3, seed=2)
    drawn = sampled_weights(scores, generator=seeded())
    of_scores, of_values = torch.autograd.grad((pull * (drawn @ values)).sum(), (scores, values))
    soft = (pull * (scores.softmax(-1) @ values.detach())).sum()
    torch.testing.assert_close(of_scores, torch.autograd.grad(soft, scores)[0])
    torch.testing.assert_close(of_values, drawn.detach().mT @ pull)


def test_masks_and_short_rows():
    scores, mask = rows(5, 7), rows(5, 7, seed=1) > 0
    mask[2] = False
    spoilt = scores.masked_fill(~mask, math.nan).requires_grad_()
    for found in (
        hard_weights(spoilt, mask=mask),
        sampled_weights(spoilt, mask=mask, generator=seeded()),
        sampled_weights(scores.masked_fill(~mask, -math.inf), generator=seeded()),
    ):
        assert (found[~mask] == 0).all()
        assert found.sum(-1).tolist() == [1, 1, 0, 1, 1]
    sampled_weights(spoilt, mask=mask, generator=seeded()).square().sum().backward()
    assert spoilt.grad.isfinite().all()
    for weigh in (hard_weights, lambda given: sampled_weights(given, generator=seeded())):
        assert weigh(rows(3, 0)).shape == (3, 0)
        assert weigh(rows(3, 1)).tolist() == [[1.0]] * 3
        assert weigh(torch.tensor(2.0)).item() == 1


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32])
def test_half_precision(dtype):
    scores = rows(5, 7, dtype=dtype)
    for found in (hard_weights(scores), sampled_weights(scores, generator=seeded())):
        assert found.dtype == dtype
        assert (found.sum(-1) == 1).all()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert torch.equal(
            sampled_weights(scores, generator=seeded()), sampled_weights(scores, generator=seeded())
        )


COMPILED = """
import torch
from attnkit.densities.hard_retrieval import hard_weights

scores = torch.randn(5, 7, generator=torch.Generator().manual_seed(0))
compiled = torch.compile(hard_weights, fullgraph=True, backend="aot_eager")
for mask in (None, scores > 0):
    torch.testing.assert_close(compiled(scores, mask=mask), hard_weights(scores, mask=mask))
"""


def test_compiled_in_one_graph_it_is_the_same(plain_python):
    """Apart from the import hook of the tests, which torch cannot trace; draws are not compiled."""
    plain_python.run(COMPILED)
