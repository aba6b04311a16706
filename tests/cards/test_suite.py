"""The suite finds out: each false declaration of a law is told from the true one."""

import re

import pytest
import torch

from attnkit.cards import LAWS, ScoreMap, TokenMap, check

EVERY_KEY = "n * (d_key + d_value)"


def masked_softmax(scores, mask=None, generator=None):
    scores = scores if mask is None else scores.masked_fill(~mask, -torch.inf)
    return scores.softmax(-1).nan_to_num()


def twice_softmax(scores, mask=None):
    return 2 * masked_softmax(scores, mask)


def logistic(scores, mask=None):
    weights = scores.sigmoid()
    return weights if mask is None else weights * mask


def tangent(scores, mask=None):
    return scores.tanh()


def thresholded(scores, mask=None, generator=None):
    weights = (scores - scores.mean(-1, keepdim=True)).relu()
    return weights / weights.sum(-1, keepdim=True)


def best_key(scores, mask=None, generator=None):
    return torch.nn.functional.one_hot(scores.argmax(-1), scores.shape[-1]).double()


def drawn_key(scores, mask=None, generator=None):
    generator = generator or torch.Generator().manual_seed(0)
    flat = scores.softmax(-1).reshape(-1, scores.shape[-1])
    drawn = torch.multinomial(flat, 1, generator=generator).reshape(scores.shape[:-1])
    return torch.nn.functional.one_hot(drawn, scores.shape[-1]).double()


def first_key_favoured(scores, mask=None):
    return (scores + torch.arange(scores.shape[-1]).flip(0)).softmax(-1)


def uniform_where_masked(scores, mask=None):
    scores = scores if mask is None else scores.masked_fill(~mask, -1e9)
    return scores.softmax(-1)


TRUTHS = [
    (masked_softmax, "sums_to", "one"),
    (twice_softmax, "sums_to", "constant"),
    (logistic, "sums_to", "free"),
    (masked_softmax, "support", "dense"),
    (thresholded, "support", "sparse"),
    (best_key, "support", "hard"),
    (drawn_key, "support", "sampled"),
    (tangent, "signed", True),
    (logistic, "signed", False),
    (masked_softmax, "competing", True),
    (logistic, "competing", False),
    (masked_softmax, "invariant_to_score_shift", True),
    (logistic, "invariant_to_score_shift", False),
    (masked_softmax, "invariant_to_key_shift", True),
    (logistic, "invariant_to_key_shift", False),
    (logistic, "permutation_equivariant", True),
    (first_key_favoured, "permutation_equivariant", False),
    (masked_softmax, "scale_sensitive", True),
    (best_key, "scale_sensitive", False),
    (masked_softmax, "masked_row", "zeros"),
    (uniform_where_masked, "masked_row", "uniform"),
]


@pytest.mark.parametrize(("function", "law", "truth"), TRUTHS)
def test_the_truth_is_found_and_every_lie_too(function, law, truth):
    for declared in LAWS[law].values:
        if (truth, declared) == ("sampled", "hard"):
            continue  # whoever is handed no generator draws the same each time
        (finding,) = check(ScoreMap("toy", function, {law: declared}))
        assert finding.as_declared is (declared == truth), finding


def counted(mask, *tokens):
    return [t if mask is None else t.where(mask[..., None], 0) for t in tokens]


def hebbian(queries, keys, values, initial_state=None, mask=None):
    queries, keys, values = counted(mask, queries, keys, values)
    outputs, state = (queries @ keys.mT).tril() @ values, keys.mT @ values
    if initial_state is None:
        return outputs, state
    return outputs + queries @ initial_state, state + initial_state


def loop(queries, keys, values, initial_state=None, mask=None):
    outputs, state = [], 0 if initial_state is None else initial_state
    for q, k, v in zip(*counted(mask, queries, keys, values), strict=True):
        state = state + k[:, None] * v
        outputs.append(q @ state)
    return torch.stack(outputs), state


def late_loop(queries, keys, values, **named):
    outputs, state = loop(queries, keys, values, **named)
    return outputs - (queries * keys).sum(-1, keepdim=True) * values, state


def cut_off_loop(queries, keys, values, **named):
    return loop(queries, keys.detach() + 0 * keys, values, **named)


def forgetful_loop(queries, keys, values, initial_state=None, mask=None):
    return loop(queries, keys, values, mask=mask)


def loop_of_the_last_state(queries, keys, values, initial_state=None, mask=None):
    outputs, state = loop(queries, keys, values, initial_state, mask)
    return outputs, state - keys[0][:, None] * values[0] if len(keys) == 64 else state


def reading_loop(queries, keys, values, initial_state=None, mask=None):
    """Reads at padded tokens too."""
    outputs, state = loop(queries, keys, values, initial_state, mask)
    return outputs if mask is None else outputs + ~mask[:, None], state


def writing_loop(queries, keys, values, initial_state=None, mask=None):
    """Writes something at padded tokens."""
    outputs, state = loop(queries, keys, values, initial_state, mask)
    return outputs, state if mask is None else state + (~mask).sum()


def loop_of_short_sequences(queries, keys, values, initial_state=None, mask=None):
    outputs, state = loop(queries, keys, values, initial_state, mask)
    return outputs.where(torch.arange(len(keys))[:, None] < 512, 0), state


def stateless_loop(queries, keys, values, initial_state=None, mask=None):
    return loop(queries, keys, values, initial_state, mask)[0]


def pair(form):
    """The same memory, whose state is the two halves of the matrix."""

    def halved(queries, keys, values, initial_state=None, mask=None):
        if initial_state is not None:
            initial_state = torch.cat([initial_state["top"], *initial_state["rest"]])
        outputs, state = form(queries, keys, values, initial_state, mask)
        return outputs, {"top": state[:1], "rest": (state[1:],)}

    return halved


@pytest.mark.parametrize(
    ("law", "truth", "lies"),
    [
        ("state", "d_key * d_value", ["2 * d_key * d_value", "d_key + d_value", "n * d_key"]),
        ("cost", "n^2", ["n"]),
    ],
)
def test_what_is_kept_and_what_it_costs_is_counted(law, truth, lies):
    for declared in (truth, *lies):
        (finding,) = check(TokenMap("toy", hebbian, {law: declared}))
        assert finding.as_declared is (declared == truth), finding


@pytest.mark.parametrize(
    ("form", "seen"),
    [
        (loop, "agree, cut and padded too, to .*1000 tokens"),
        (late_loop, "loop with 1 tokens is off"),
        (cut_off_loop, "loop with 1 tokens is off"),
        (forgetful_loop, "loop with a cut after 1 is off"),
        (loop_of_the_last_state, "loop with a cut after 1 is off"),
        (reading_loop, "loop with padding left is off"),
        (writing_loop, "loop with padding left is off"),
        (loop_of_short_sequences, "loop with 1000 tokens is off"),
        (stateless_loop, "loop with 1 tokens is off by inf"),
    ],
)
def test_exact_forms_must_agree_whole_cut_and_padded(form, seen):
    (finding,) = check(TokenMap("toy", hebbian, {"forms": {"loop": ""}}, forms={"loop": form}))
    assert finding.as_declared is (form is loop), finding
    assert re.search(seen, finding.evidence), finding


def test_a_memory_that_its_padding_changes_disagrees_with_itself():
    def careless(queries, keys, values, initial_state=None, mask=None):
        return hebbian(queries, keys, values, initial_state)

    (finding,) = check(TokenMap("toy", careless, {"forms": {"loop": ""}}, forms={"loop": loop}))
    assert "its own with padding left is off by nan" in finding.evidence


def test_a_state_may_have_parts():
    laws = {"state": "d_key * d_value", "forms": {"loop": ""}}
    assert check(TokenMap("toy", pair(hebbian), laws, forms={"loop": pair(loop)})).passed
    assert not check(
        TokenMap("toy", pair(hebbian), laws, forms={"loop": pair(writing_loop)})
    ).passed


def test_a_counter_example_is_told():
    (finding,) = check(ScoreMap("logistic", logistic, {"invariant_to_score_shift": False}))
    assert "with 1.5 added to every score" in finding.evidence
    assert str(finding).startswith("logistic, same after a shift of the scores: no. scores (")


def test_a_nan_holds_nothing():
    report = check(ScoreMap("broken", lambda scores, mask: scores / 0 * 0, {"sums_to": "one"}))
    assert not report.passed
    assert "NOT SO" in repr(report)


@pytest.mark.parametrize(
    ("laws", "message"),
    [
        ({"colour": "red"}, "laws names 'colour'; wanted some of .*sums_to"),
        ({"sums_to": "two"}, "laws: sums_to must be one of one, constant, free, got 'two'"),
        ({"signed": 1}, "laws: signed must be one of true, false, got 1"),
        ({"state": "n ** 2"}, "state must be sums and products of .*d_key.*got 'n"),
    ],
)
def test_a_law_that_is_none_is_refused(laws, message):
    with pytest.raises(ValueError, match=message):
        check(ScoreMap("toy", logistic, laws))


def test_a_map_of_tokens_has_no_scores_to_shift():
    with pytest.raises(ValueError, match="invariant_to_score_shift"):
        check(TokenMap("toy", hebbian, {"invariant_to_score_shift": True}))
