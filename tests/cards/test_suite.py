"""The suite finds out: each false declaration of a law is told from the true one."""

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


def hebbian(queries, keys, values, mask=None):
    state = keys.mT @ values
    return (queries @ keys.mT).tril() @ values, state


def loop(queries, keys, values):
    outputs, state = [], keys.new_zeros(*keys.shape[:-2], keys.shape[-1], values.shape[-1])
    for q, k, v in zip(*(t.unbind(-2) for t in (queries, keys, values)), strict=True):
        state = state + k[..., :, None] * v[..., None, :]
        outputs.append((q[..., None] * state).sum(-2))
    return torch.stack(outputs, -2), state


def late_loop(queries, keys, values):
    outputs, state = loop(queries, keys, values)
    return outputs - (queries * keys).sum(-1, keepdim=True) * values, state


def cut_off_loop(queries, keys, values):
    return loop(queries, keys.detach() + 0 * keys, values)


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


@pytest.mark.parametrize(("form", "agrees"), [(loop, True), (late_loop, False)])
def test_exact_forms_must_agree_in_values(form, agrees):
    (finding,) = check(TokenMap("toy", hebbian, {"forms": {"loop": ""}}, forms={"loop": form}))
    assert finding.as_declared is agrees, finding


def test_exact_forms_must_agree_in_gradients():
    report = check(TokenMap("toy", hebbian, {"forms": {"loop": ""}}, forms={"loop": cut_off_loop}))
    assert not report.passed


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
