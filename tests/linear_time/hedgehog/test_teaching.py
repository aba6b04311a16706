"""Distillation: causal heads, rows that are none, and whatever mode the caller is in."""

from functools import partial

import pytest
import torch

from attnkit.linear_time.hedgehog import LearnedMaps, distil, exponential_features
from attnkit.linear_time.shared.rows import divergence
from tests.linear_time.hedgehog.test_learned import heads, seeded


def fresh(*given):
    return LearnedMaps(2, 5, 5, *given, generator=seeded())


def causal(n=24, seed=3):
    """Causal rows of two heads and their mask."""
    queries, keys, _ = heads(n, seed=seed)
    mask = torch.ones(n, n, dtype=torch.bool).tril()
    scores = (queries @ keys.mT).masked_fill(~mask, -torch.inf)
    return (queries, keys, scores.softmax(-1)), mask


def left(maps, passage, mask):
    with torch.no_grad():
        return divergence(passage[2], maps(*passage[:2], mask)).mean().item()


def test_a_causal_head_is_taught_with_its_mask():
    passage, mask = causal()
    other, shorter = causal(13, seed=4)
    without, taught = fresh(), fresh()
    distil(without, [passage, other], n_steps=200)
    distil(taught, [passage, other], masks=[mask, shorter], n_steps=200)
    start, end = left(fresh(), passage, mask), left(taught, passage, mask)
    assert end < 0.8 * left(without, passage, mask)
    assert end < 0.5 * start


def test_masks_must_fit_their_passages():
    passage, mask = causal()
    with pytest.raises(ValueError, match="masks must hold one for each of 1 passages, got 2"):
        distil(fresh(), [passage], masks=[mask, mask])
    with pytest.raises(ValueError, match=r"weights of passages\[0\] must be zero where its mask"):
        distil(fresh(), [passage], masks=[mask.tril(-1)])
    with pytest.raises(ValueError, match="mask must broadcast"):
        distil(fresh(), [passage], masks=[mask[:5]])


def test_a_row_that_reads_nothing_is_a_row():
    (queries, keys, weights), mask = causal()
    mask[:3], weights[:, :3] = False, 0.0
    assert distil(fresh(), [(queries, keys, weights)], masks=[mask], n_steps=2).isfinite().all()


@pytest.mark.parametrize(
    ("spoilt", "words"),
    [
        (lambda w: 7 * w - 3, "must not be negative"),
        (lambda w: 2 * w, "rows that sum to one, got a sum of 2"),
        (lambda w: w * torch.nan, "must hold finite numbers"),
    ],
)
def test_rows_that_are_no_averages_are_refused(spoilt, words):
    queries, keys, weights = heads()
    good = (queries, keys, weights)
    with pytest.raises(ValueError, match=rf"weights of passages\[1\] {words}|{words}"):
        distil(fresh(), [good, (queries, keys, spoilt(weights))])


def test_rows_of_half_precision_are_taken():
    queries, keys, weights = heads()
    assert distil(fresh(), [(queries, keys, weights.bfloat16().float())], n_steps=1).shape == (1,)


def test_it_learns_the_same_in_any_mode_and_from_tokens_with_a_graph():
    wanted, passage = fresh(), heads()
    distil(wanted, [passage], n_steps=3)
    grown = torch.ones((), requires_grad=True)
    traced = fresh()
    distil(traced, [tuple(t * grown for t in passage)], n_steps=3)
    assert grown.grad is None
    made = [traced]
    for mode in (torch.no_grad, torch.inference_mode):
        maps = fresh()
        with mode():
            distil(maps, [tuple(t * 1 for t in passage)], n_steps=3)
        made.append(maps)
    for maps in made:
        assert torch.equal(maps.key_projection, wanted.key_projection)


def test_weights_are_those_without_autocast():
    queries, keys, _ = heads()
    with torch.autocast("cpu", torch.bfloat16):
        mixed = fresh()(queries, keys)
    assert torch.equal(mixed, fresh()(queries, keys))


def test_long_tokens_learn_with_the_shift_that_the_error_names():
    queries, keys, _ = heads()
    weights = (30 * queries @ keys.mT).softmax(-1)
    passage = (queries, 30 * keys, weights)
    with pytest.raises(ValueError, match=r"partial\(exponential_features, shift=…\)"):
        distil(fresh(), [passage])
    shifted = fresh(partial(exponential_features, shift=60.0))
    losses = distil(shifted, [passage], n_steps=20)
    assert losses[-1] < losses[0]
