"""The grouped softmax in two stages, softmax at the log-sum-exp, and every edge."""

import math
from functools import partial

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from attnkit.densities import softmax
from attnkit.selection import (
    dropped,
    landmark_keys,
    landmark_weights,
    mean_landmarks,
    true_landmarks,
)

RECENT = torch.arange(17) >= 13


def rows(*shape, seed=0, dtype=torch.float64):
    generator = torch.Generator().manual_seed(seed)
    return (2 * torch.randn(*shape, generator=generator, dtype=torch.float64)).to(dtype)


def in_two_stages(scores, landmarks, size, recent, n_kept):
    """One row by the definition: a softmax over recent keys and landmarks, and one inside each."""
    blocks = {}
    for j, near in enumerate(recent.tolist()):
        if not near:
            blocks.setdefault(j // size, []).append(j)
    best = sorted(blocks, key=lambda b: -landmarks[b].item())[:n_kept]
    first = [math.exp(scores[j]) for j in recent.nonzero().flatten().tolist()]
    total = sum(first) + sum(math.exp(landmarks[b]) for b in best)
    weights = torch.zeros(len(scores), dtype=torch.float64)
    for j in recent.nonzero().flatten().tolist():
        weights[j] = math.exp(scores[j]) / total
    for b in best:
        inside = sum(math.exp(scores[j]) for j in blocks[b])
        for j in blocks[b]:
            weights[j] = math.exp(landmarks[b]) / total * math.exp(scores[j]) / inside
    return weights


@pytest.mark.parametrize("size", [1, 3, 5, 17, 19])
@pytest.mark.parametrize("n_kept", [0, 1, 2, 99])
def test_is_a_softmax_over_landmarks_and_one_inside_each_block(size, n_kept):
    scores = rows(2, 17)
    landmarks = rows(2, -(-17 // size), seed=1)
    settings = {"size": size, "n_kept": n_kept, "landmarks": landmarks, "recent": RECENT}
    found = landmark_weights(scores, **settings)
    wanted = [
        in_two_stages(*row, size, RECENT, n_kept) for row in zip(scores, landmarks, strict=True)
    ]
    torch.testing.assert_close(found, torch.stack(wanted))
    torch.testing.assert_close(landmark_keys(scores, **settings), found > 0)
    torch.testing.assert_close(found.sum(-1), torch.ones(2, dtype=torch.float64))


@settings(deadline=None)
@given(seed=st.integers(0, 1000), n=st.integers(0, 19), size=st.integers(1, 7))
def test_at_the_log_sum_exp_it_is_softmax(seed, n, size):
    scores, mask = rows(3, n, seed=seed), rows(3, n, seed=seed + 1) > -2
    recent = torch.arange(n) >= 2 * n // 3
    for landmarks in (None, true_landmarks(scores, size=size, mask=mask & ~recent)):
        found = landmark_weights(scores, size=size, landmarks=landmarks, recent=recent, mask=mask)
        torch.testing.assert_close(found, softmax(scores, mask=mask))


def test_a_row_alone_is_the_same():
    scores = rows(3, 17)
    whole = landmark_weights(scores, size=4, n_kept=2)
    assert torch.equal(landmark_weights(scores[1], size=4, n_kept=2), whole[1])


def test_kept_blocks_at_the_log_sum_exp_are_softmax_over_their_keys():
    scores = rows(3, 17)
    kept = landmark_keys(scores, size=4, n_kept=2, recent=RECENT)
    found = landmark_weights(scores, size=4, n_kept=2, recent=RECENT)
    torch.testing.assert_close(found, softmax(scores, mask=kept))


def test_no_choice_of_as_many_blocks_catches_more_than_the_log_sum_exp():
    scores = rows(53, 20)
    weights = softmax(scores)
    best = dropped(weights, landmark_keys(scores, size=4, n_kept=2)).mass
    for seed in range(5):
        others = landmark_keys(scores, size=4, n_kept=2, landmarks=rows(53, 5, seed=seed))
        assert (best <= dropped(weights, others).mass + 1e-12).all()


@settings(deadline=None)
@given(seed=st.integers(0, 1000), n=st.integers(1, 19), size=st.integers(1, 7))
def test_a_mean_never_says_too_much_and_landmarks_merge(seed, n, size):
    scores = rows(3, n, seed=seed)
    mean, exact = (f(scores, size=size) for f in (mean_landmarks, true_landmarks))
    assert (mean <= exact + 1e-12).all()
    equal = torch.full((1, n), 0.7, dtype=torch.float64)
    torch.testing.assert_close(mean_landmarks(equal, size=size), true_landmarks(equal, size=size))
    torch.testing.assert_close(exact.logsumexp(-1), scores.logsumexp(-1))
    pairs = torch.stack([part.logsumexp(-1) for part in exact.split(2, -1)], -1)
    torch.testing.assert_close(true_landmarks(scores, size=2 * size), pairs)


def test_causal_rows_do_not_look_ahead():
    scores, landmarks = rows(17, 17), rows(17, 6, seed=1)
    place = torch.arange(17)
    seen = place[:, None] >= place
    own = place[:, None] // 3 == place // 3
    settings = {"size": 3, "landmarks": landmarks, "recent": own}
    whole = landmark_weights(scores, **settings, mask=seen)
    changed = torch.where(seen, scores, rows(17, 17, seed=2))
    torch.testing.assert_close(landmark_weights(changed, **settings, mask=seen), whole)
    assert (whole[~seen] == 0).all()


def test_derivatives_and_rows_of_nothing():
    scores, landmarks = rows(3, 11).requires_grad_(), rows(3, 4, seed=1).requires_grad_()
    mask = rows(3, 11, seed=2) > -1
    mask[1], mask[0, 3:6] = False, False
    recent = torch.arange(11) > 7

    def weigh(scores, landmarks):
        settings = {"landmarks": landmarks, "recent": recent, "mask": mask}
        return landmark_weights(scores, size=3, **settings)

    assert (weigh(scores, landmarks)[1] == 0).all()
    assert torch.autograd.gradcheck(weigh, (scores, landmarks))
    assert torch.autograd.gradgradcheck(weigh, (scores, landmarks))
    for each in (mean_landmarks, true_landmarks):
        assert torch.autograd.gradcheck(partial(each, size=3, mask=mask), scores)
        assert (each(scores, size=3, mask=mask)[1] == 0).all()


def test_what_is_masked_is_never_looked_at():
    scores, mask = rows(3, 11), rows(3, 11, seed=2) > -1
    for call in (landmark_weights, landmark_keys, mean_landmarks, true_landmarks):
        wanted = call(scores, size=3, mask=mask)
        for bad in (torch.nan, torch.inf, -torch.inf):
            found = call(scores.masked_fill(~mask, bad), size=3, mask=mask)
            assert torch.equal(found, wanted)
        assert torch.equal(call(scores.masked_fill(~mask, -torch.inf), size=3), wanted)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision(dtype):
    scores = torch.tensor([[6e4, -6e4, 5e4, 6e4]]).to(dtype)
    weights = landmark_weights(scores, size=2)
    assert weights.dtype == dtype
    assert weights.tolist() == [[0.5, 0.0, 0.0, 0.5]]
    assert true_landmarks(scores, size=2).dtype == torch.float32


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"size": 0}, ValueError, "size must be .*got 0"),
        ({"landmarks": torch.zeros(3)}, ValueError, r"landmarks must broadcast .*got \(3,\)"),
        ({"recent": torch.zeros(5)}, TypeError, "recent must"),
        ({"mask": torch.ones(4, dtype=torch.bool)}, ValueError, "mask must broadcast"),
        ({"scores": torch.full((3, 5), torch.nan)}, ValueError, "scores must hold finite"),
    ],
)
def test_wrong_input_is_named(arguments, error, message):
    with pytest.raises(error, match=message):
        landmark_weights(**{"scores": torch.zeros(3, 5), "size": 3} | arguments)
