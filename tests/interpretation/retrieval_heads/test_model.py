"""The induction model: what it reads, what it may not see, what taking a head out does."""

import pytest
import torch

from attnkit.interpretation.retrieval_heads import (
    InductionModel,
    hidden_needles,
    repeated_sequences,
    write_on,
)
from attnkit.interpretation.retrieval_heads.experiments.training import Lesson, accuracy


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def small(n_heads=2):
    torch.manual_seed(0)
    return InductionModel(11, 6, n_heads, reach=5)


def test_sequences_repeat_distinct_tokens_from_the_period_on():
    tokens, known = repeated_sequences(13, 23, periods=(3, 7), vocabulary=11, generator=seeded())
    for row, seen in zip(tokens.tolist(), known.tolist(), strict=True):
        period = seen.index(True)
        assert 3 <= period <= 7
        assert len({*row[:period]}) == period
        assert all(row[t] == row[t - period] for t in range(period, 23))


def test_a_needle_is_part_of_its_haystack_and_the_cue_its_first_token():
    tokens, needle = hidden_needles(101, 13, size=5, vocabulary=17, generator=seeded())
    assert tokens.shape == (101, 14)
    starts = set()
    for row, inside in zip(tokens.tolist(), needle.tolist(), strict=True):
        places = [i for i, own in enumerate(inside) if own]
        assert places == [*range(places[0], places[0] + 5)]
        assert places[-1] < 13
        assert row[13] == row[places[0]]
        assert len({*row[:13]}) == 13
        starts.add(places[0])
    assert starts == {*range(9)}


@pytest.mark.parametrize(
    ("sizes", "message"),
    [({"periods": (7, 3)}, "periods must rise"), ({"periods": (3, 12)}, "to the vocabulary 11")],
)
def test_periods_that_cannot_be_are_refused(sizes, message):
    with pytest.raises(ValueError, match=message):
        repeated_sequences(2, 5, vocabulary=11, generator=seeded(), **sizes)


def test_a_needle_as_long_as_its_haystack_is_refused():
    with pytest.raises(ValueError, match="size must be less than haystack"):
        hidden_needles(2, 5, size=5, vocabulary=11, generator=seeded())


def test_no_token_sees_a_later_one():
    model, tokens = small(), torch.randint(11, (3, 7), generator=seeded())
    logits, weights = model(tokens)
    changed = tokens.clone()
    changed[:, 5:] = (changed[:, 5:] + 1) % 11
    torch.testing.assert_close(model(changed)[0][:, :5], logits[:, :5])
    assert not weights.triu(1).any()
    torch.testing.assert_close(weights.sum(-1), torch.ones(3, 2, 2, 7))


def test_the_model_is_its_plain_definition():
    """Head by head and query by query, with the last bias beyond the reach."""
    model, tokens = small(), torch.randint(11, (7,), generator=seeded())
    for layer in model.layers:
        torch.nn.init.normal_(layer.distance, std=0.1)
    states = model.embedding(tokens)
    for layer in model.layers:
        parts = layer.read.weight.chunk(3)
        added = torch.zeros_like(states)
        for head in range(2):
            own = slice(3 * head, 3 * head + 3)
            queries, keys, values = (states @ part[own].T for part in parts)
            for i in range(7):
                biases = torch.stack([layer.distance[head, min(i - j, 4)] for j in range(i + 1)])
                scores = keys[: i + 1] @ queries[i] / 3**0.5 + 10 * biases
                read = scores.softmax(-1) @ values[: i + 1]
                added[i] = added[i] + layer.write.weight[:, own] @ read
        states = states + added
    torch.testing.assert_close(model(tokens[None])[0][0], states @ model.choice.weight.T)


def test_a_head_taken_out_is_one_whose_output_is_zero():
    model, tokens = small(), torch.randint(11, (3, 7), generator=seeded())
    kept = torch.tensor([[True, False], [True, True]])
    found, weights = model(tokens, kept)
    whole, before = model(tokens)
    torch.testing.assert_close(weights[:, 0], before[:, 0])
    assert not torch.allclose(found, whole)
    with torch.no_grad():
        model.layers[0].write.weight[:, 3:] = 0
    torch.testing.assert_close(model(tokens)[0], found)


def test_without_its_heads_a_model_sees_one_token():
    model, tokens = small(), torch.randint(11, (3, 7), generator=seeded())
    none = torch.zeros(2, 2, dtype=torch.bool)
    alone = model.choice(model.embedding(tokens))
    torch.testing.assert_close(model(tokens, none)[0], alone)


def test_what_is_written_is_the_likeliest_token_and_its_rows_are_those_of_the_whole_text():
    model, tokens = small(), torch.randint(11, (3, 5), generator=seeded())
    written, rows = write_on(model, tokens, 4)
    assert rows.shape == (3, 2, 2, 4, 8)
    text = torch.cat([tokens, written], 1)
    logits, weights = model(text[:, :-1])
    assert torch.equal(logits[:, 4:].argmax(-1), written)
    torch.testing.assert_close(rows, weights[..., 4:, :])


def test_nothing_is_written_in_no_steps_and_nothing_can_be_without_a_beginning():
    written, rows = write_on(small(), torch.zeros(3, 5, dtype=torch.int64), 0)
    assert written.shape == (3, 0)
    assert rows.shape == (3, 2, 2, 0, 5)
    with pytest.raises(ValueError, match="one token at least"):
        write_on(small(), torch.zeros(3, 0, dtype=torch.int64), 2)


def test_wrong_heads_and_tokens_are_named():
    with pytest.raises(ValueError, match="width must be a multiple of n_heads = 4, got 6"):
        InductionModel(11, 6, 4)
    with pytest.raises(ValueError, match="tokens must be from 0 to 10"):
        small()(torch.tensor([[11]]))
    with pytest.raises(ValueError, match=r"kept must be of shape \(2, 2\), got \(2, 3\)"):
        small()(torch.zeros(1, 2, dtype=torch.int64), torch.ones(2, 3, dtype=torch.bool))


def test_it_learns_in_a_few_steps_and_twice_alike():
    first, second = Lesson(1), Lesson(1)
    assert first(3) == second(3)
    before = accuracy(first.model, n_sequences=32)
    first(120)
    assert before < 0.1
    assert accuracy(first.model, n_sequences=32) > 0.5


def test_masters_global_chance_is_left_alone():
    state = torch.get_rng_state()
    Lesson(1)(1)
    assert torch.equal(torch.get_rng_state(), state)
