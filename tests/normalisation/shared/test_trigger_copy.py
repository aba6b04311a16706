"""The shared task: what is wanted, a head against one written out, and measurements by hand."""

import pytest
import torch

from attnkit.densities import softmax
from attnkit.normalisation import sigmoid_weights
from attnkit.normalisation.shared.trigger_copy import Head, Sequences, measure, train


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def head(sequences, weigh=softmax, n_seeds=2, **parts):
    return Head(weigh, sequences.width, generator=generator(1), n_seeds=n_seeds, **parts)


def uniform(scores, mask):
    return softmax(torch.zeros_like(scores), mask=mask)


@pytest.mark.parametrize("begins", [True, False])
def test_a_trigger_wants_the_content_before_it_and_all_else_zero(begins):
    sequences = Sequences(n_tokens=11, share=0.3, begins=begins)
    tokens, wanted, silent = sequences.draw(2, 5, generator())
    assert tokens.shape == (2, 5, 11, sequences.width)
    assert (~silent).any()
    for place in torch.cartesian_prod(torch.arange(2), torch.arange(5), torch.arange(11)).tolist():
        seed, row, i = place
        trigger = bool(tokens[seed, row, i, 8])
        assert bool(silent[seed, row, i]) is not trigger
        before = tokens[seed, row, i - 1, :8] if trigger else torch.zeros(8)
        assert torch.equal(wanted[seed, row, i], before)
        assert tokens[seed, row, i, 10:].argmax() == i
    mark = tokens[..., 0, 9].unique().tolist()
    assert mark == [float(begins)]
    assert (tokens[..., 0, :8].abs().max() == 0) == begins


def test_a_share_of_the_tokens_triggers():
    silent = Sequences(n_tokens=13, share=0.3, begins=False).draw(3, 499, generator())[2]
    assert silent[..., 0].all()
    assert (~silent[..., 1:]).float().mean().item() == pytest.approx(0.3, abs=0.01)


def test_each_seed_is_a_head_of_its_own_as_written_out():
    sequences = Sequences(n_tokens=7)
    tokens = sequences.draw(2, 3, generator()).tokens
    both = head(sequences, slot=True, gate=True)
    with torch.no_grad():
        both.slot.normal_(generator=generator(2))
        both.to_gate.normal_(generator=generator(3))
    read, weights = both(tokens)
    for seed, row, i in ((0, 0, 3), (1, 2, 6)):
        one = tokens[seed, row, : i + 1]
        keys = torch.cat([one @ both.to_key[seed, 0], both.slot[seed, 0]])
        share = (keys @ (one[-1] @ both.to_query[seed, 0]) / 4).softmax(-1)
        torch.testing.assert_close(weights[seed, row, i, [*range(i + 1), 7]], share)
        gate = torch.sigmoid(one[-1] @ both.to_gate[seed, 0])
        wanted = gate * (share[:-1] @ (one @ both.to_value[seed, 0]))
        torch.testing.assert_close(read[seed, row, i], wanted)


def test_seeds_learn_apart():
    sequences = Sequences(n_tokens=7)
    one, other = head(sequences), head(sequences)
    with torch.no_grad():
        other.to_value[1].zero_()
    for each in (one, other):
        train(each, sequences, 3, generator())
    assert torch.equal(one.to_query[0], other.to_query[0])
    assert not torch.equal(one.to_query[1], other.to_query[1])


def test_measurements_of_a_uniform_head_are_those_of_its_rows():
    sequences = Sequences(n_tokens=7, share=0.0)
    found = measure(head(sequences, uniform), sequences, generator())
    wanted = (1 / torch.arange(4.0, 8.0)).mean().expand(2)
    torch.testing.assert_close(found.first, wanted)
    torch.testing.assert_close(found.largest, wanted)
    torch.testing.assert_close(found.row_sum, torch.ones(2))
    assert found.slot.isnan().all()
    with_slot = measure(head(sequences, uniform, slot=True), sequences, generator())
    torch.testing.assert_close(with_slot.slot, (1 / torch.arange(5.0, 9.0)).mean().expand(2))


def test_a_head_that_reads_nothing_loses_what_was_wanted():
    sequences = Sequences(n_tokens=13, begins=False)
    nothing = head(sequences)
    with torch.no_grad():
        nothing.to_value[:, :, 10:].zero_()  # places have no value: the first token is as any other
        one = measure(nothing, sequences, generator())
        nothing.to_value.zero_()
    found = measure(nothing, sequences, generator())
    assert found.output.max() == 0
    torch.testing.assert_close(found.loss, torch.full((2,), 0.2 * 12 / 13), atol=0.03, rtol=0)
    torch.testing.assert_close(one.first_value, torch.ones(2), atol=0.1, rtol=0)


def test_the_unit_that_softmax_must_spend_goes_to_the_mark():
    sequences = Sequences(n_tokens=11)
    found = {}
    for weigh in (softmax, sigmoid_weights):
        learned = head(sequences, weigh)
        train(learned, sequences, 200, generator(4))
        found[weigh] = measure(learned, sequences, generator(5))
    assert (found[softmax].first > 0.8).all()
    assert (found[softmax].first_value < 0.2).all()
    assert (found[sigmoid_weights].row_sum < 0.3).all()
