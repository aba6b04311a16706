"""Scores by a plain loop, chance by all permutations, and texts that can be done by hand."""

import itertools
import math

import pytest
import torch

from attnkit.interpretation.retrieval_heads import (
    permuted_scores,
    retrieval_chance,
    retrieval_scores,
    share_above,
)


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def evidence(n_texts=3, n_heads=2, n_steps=5, n_keys=7, vocabulary=4, seed=0):
    """Rows of weights over few tokens, so that what is written stands at several places."""
    generator = seeded(seed)
    weights = torch.rand(n_texts, n_heads, n_steps, n_keys, generator=generator).double()
    tokens = torch.randint(vocabulary, (n_texts, n_keys), generator=generator)
    written = torch.randint(vocabulary, (n_texts, n_steps), generator=generator)
    needle = torch.rand(n_texts, n_keys, generator=generator) < 0.6
    needle[:, 0] = True
    return weights, tokens, written, needle


def by_hand(weights, tokens, written, needle):
    found = torch.zeros(weights.shape[:2], dtype=torch.float64)
    for text, head in itertools.product(*map(range, weights.shape[:2])):
        copied = set()
        for row, token in zip(weights[text, head], written[text], strict=True):
            place = max(range(len(row)), key=lambda i: row[i].item())
            if needle[text, place] and tokens[text, place] == token:
                copied.add(place)
        found[text, head] = len(copied) / needle[text].sum()
    return found


@pytest.mark.parametrize("seed", range(5))
def test_scores_are_those_of_a_plain_loop(seed):
    rows = evidence(seed=seed)
    torch.testing.assert_close(retrieval_scores(*rows), by_hand(*rows))


def test_chance_is_the_mean_over_all_permutations():
    weights, tokens, written, needle = evidence(1, 2, 4, 5, 3)
    orders = torch.tensor([*itertools.permutations(range(5))])
    moved = [retrieval_scores(weights, tokens[:, o], written, needle[:, o]) for o in orders]
    wanted = torch.stack(moved).mean(0)
    torch.testing.assert_close(retrieval_chance(weights, tokens, written, needle), wanted)


def test_permuted_scores_approach_chance_and_are_drawn_from_the_generator():
    rows = evidence(11, 2, 5, 13, 4)
    first, second = (permuted_scores(*rows, n_draws=300, generator=seeded(3)) for _ in range(2))
    assert torch.equal(first, second)
    assert first.shape == (300, 11, 2)
    assert (first.mean((0, 1)) - retrieval_chance(*rows).mean(0)).abs().max() < 0.01
    other = permuted_scores(*rows, n_draws=300, generator=seeded(4))
    assert not torch.equal(first, other)


def test_a_head_that_copies_all_has_one_however_often_it_is_repeated():
    tokens = torch.tensor([9, 5, 6, 7, 8, 4])
    needle = torch.tensor([False, True, True, True, False, False])
    written = torch.tensor([5, 6, 7, 5, 6, 7])
    places = torch.tensor([1, 2, 3, 1, 2, 3])
    weights = torch.nn.functional.one_hot(places, 6).double()[None]
    assert retrieval_scores(weights, tokens, written, needle).tolist() == [1.0]
    # Of three copies each is one place, met by chance at one of six.
    torch.testing.assert_close(
        retrieval_chance(weights, tokens, written, needle),
        torch.tensor([1 / 6], dtype=torch.float64),
    )


def test_looking_at_the_place_is_not_enough_and_writing_it_is_not_either():
    tokens, needle = torch.tensor([1, 2, 3]), torch.tensor([False, True, False])
    at_needle = torch.tensor([[[0.0, 1.0, 0.0]]]).double()
    elsewhere = torch.tensor([[[1.0, 0.0, 0.0]]]).double()
    for weights, written in ((at_needle, 3), (elsewhere, 2)):
        assert retrieval_scores(weights, tokens, torch.tensor([written]), needle).item() == 0
    assert retrieval_scores(at_needle, tokens, torch.tensor([2]), needle).item() == 1


def test_a_row_of_zeros_looks_at_nothing():
    tokens, needle = torch.tensor([2, 1]), torch.tensor([True, False])
    nothing = torch.zeros(1, 1, 2)
    assert retrieval_scores(nothing, tokens, torch.tensor([2]), needle).item() == 0
    assert retrieval_chance(nothing, tokens, torch.tensor([2]), needle).item() == 0


@pytest.mark.parametrize("sizes", [(0, 2, 5, 7), (3, 2, 0, 7), (3, 2, 5, 0), (3, 0, 5, 7)])
def test_nothing_written_and_nothing_to_read_score_zero(sizes):
    n_texts, n_heads, n_steps, n_keys = sizes
    weights = torch.zeros(sizes)
    tokens = torch.zeros(n_texts, n_keys, dtype=torch.int64)
    written = torch.zeros(n_texts, n_steps, dtype=torch.int64)
    rows = weights, tokens, written, tokens == 0
    for function in (retrieval_scores, retrieval_chance):
        assert function(*rows).shape == (n_texts, n_heads)
        assert not function(*rows).any()
    assert permuted_scores(*rows, n_draws=2, generator=seeded()).shape == (2, n_texts, n_heads)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_counts_alike(dtype):
    weights, *rest = evidence(3, 2, 5, 7)
    weights = weights.to(dtype)
    found = retrieval_scores(weights, *rest)
    assert found.dtype == dtype
    torch.testing.assert_close(found, retrieval_scores(weights.double(), *rest).to(dtype))


def test_the_p_value_counts_itself():
    drawn = torch.tensor([[0.1], [0.2], [0.3]])
    found = [share_above(torch.tensor([f]), drawn).item() for f in (0.0, 0.2, 0.4)]
    assert found == pytest.approx([1.0, 0.75, 0.25])


def test_the_p_value_of_chance_is_uniform():
    drawn = torch.rand(20, 5003, generator=seeded())
    values = share_above(drawn[0], drawn[1:])
    for level in (0.05, 0.25, 0.5):
        error = 4 * math.sqrt(level * (1 - level) / 5003)
        assert (values <= level + 1e-6).float().mean().item() == pytest.approx(level, abs=error)


def test_weights_that_are_not_finite_are_refused():
    weights, *rest = evidence()
    weights[0, 0, 0, 0] = math.nan
    with pytest.raises(ValueError, match=r"weights must hold finite .*nan"):
        retrieval_scores(weights, *rest)
