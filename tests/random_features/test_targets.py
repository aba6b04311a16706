import math

import pytest
import torch

from attnkit.random_features import (
    AlongKey,
    AlongQuery,
    Match,
    Relu,
    SoftmaxWeight,
    complexity,
    pad_keys,
    sphere_tokens,
    target,
)

BETA, GAMMA = torch.eye(5, dtype=torch.float64)[:2]
QUERIES, KEYS = sphere_tokens(7, 3, 5, generator=torch.Generator().manual_seed(0))
MATCH = [[float(q @ k) for k in ks] for q, ks in zip(QUERIES, KEYS, strict=True)]

PAIRS = {
    "key squared": (AlongKey(BETA) ** 2, lambda q, k: k[0] ** 2),
    "match to the fourth": (Match() ** 4, lambda q, k: (q @ k) ** 4),
    "tilted match": (Match() ** 2 * AlongKey(BETA), lambda q, k: (q @ k) ** 2 * k[0]),
    "rectified match": (Relu(Match()) * AlongKey(BETA), lambda q, k: max(q @ k, 0.0) * k[0]),
    "sum": (Match() + 2.0 * AlongQuery(GAMMA), lambda q, k: q @ k + 2.0 * q[1]),
}


@pytest.mark.parametrize("name", PAIRS)
def test_targets_equal_the_loop_over_keys(name):
    pair, plain = PAIRS[name]
    for sample in range(7):
        wanted = sum(float(plain(QUERIES[sample], key)) for key in KEYS[sample]) / 3
        assert float(target(pair, QUERIES, KEYS)[sample]) == pytest.approx(wanted, abs=1e-14)


def test_a_mask_leaves_keys_out():
    mask = torch.tensor([[True, True, False]]).expand(7, 3)
    got = target(Match() ** 2, QUERIES, KEYS, mask=mask)
    torch.testing.assert_close(got, target(Match() ** 2, QUERIES, KEYS[:, :2]))


def test_softmax_weight_makes_a_softmax_readout():
    got = target(SoftmaxWeight(4.0) * AlongKey(BETA), QUERIES, KEYS)
    for sample in range(7):
        raw = [math.exp(4.0 * score) for score in MATCH[sample]]
        readout = sum(w * float(k[0]) for w, k in zip(raw, KEYS[sample], strict=True)) / sum(raw)
        assert float(got[sample]) == pytest.approx(readout, abs=1e-14)


def explicit_norm(power, width):
    """Frobenius norm of the tensor of <q,k>^p, built entry by entry."""
    tensor = torch.eye(width, dtype=torch.float64)
    whole = tensor
    for _ in range(power - 1):
        whole = torch.kron(whole, tensor)
    return float(whole.norm())


@pytest.mark.parametrize("power", [1, 2, 3])
def test_the_norm_of_a_power_of_the_match(power):
    norms = (Match() ** power).tensor_norms(5)
    assert norms == {(power, power): pytest.approx(explicit_norm(power, 5))}


def test_complexity_by_hand():
    weight = {k: max(k**4.5 * 4.0**k, 1.0) for k in range(6)}
    square = complexity(AlongKey(BETA) ** 2, 5)
    assert square == pytest.approx(weight[2] + weight[3])
    tilted = complexity(3.0 * (Match() ** 2 * AlongKey(BETA)), 5)
    assert tilted == pytest.approx(9.0 * 25.0 * (weight[3] + weight[4]))
    both = complexity(Match() + AlongQuery(GAMMA), 5)
    assert both == pytest.approx((5.0 + 1.0) * (weight[1] + weight[2]))


@pytest.mark.claim("match-costs-width")
def test_matching_costs_more_than_looking_at_the_keys():
    looking, matching = AlongKey(BETA) ** 3, Match() ** 3
    assert complexity(matching, 16) == pytest.approx(16**3 * complexity(looking, 16))


@pytest.mark.parametrize("pair", [Relu(Match()), SoftmaxWeight(2.0) * Match()])
def test_complexity_is_not_defined_off_the_polynomials(pair):
    with pytest.raises(ValueError, match="no tensor norms"):
        complexity(pair, 5)


@pytest.mark.parametrize("exponent", [0, -1, True, 2.0, 65])
def test_only_positive_integer_powers(exponent):
    with pytest.raises(
        (TypeError, ValueError), match=r"exponent must be (in \[1, 64\]|an integer)"
    ):
        Match() ** exponent


SETS = [KEYS[i, : 1 + i % 3] for i in range(7)]
OF_SEVERAL_KEYS = {
    "weight": SoftmaxWeight(1.7),
    "read-out": SoftmaxWeight(1.7) * AlongKey(BETA),
    "sum": SoftmaxWeight(1.7) + Match(),
    "square": SoftmaxWeight(1.7) ** 2,
    "scaled": 2.0 * SoftmaxWeight(1.7) + AlongQuery(GAMMA),
    "rectified": Relu(SoftmaxWeight(1.7) * AlongKey(BETA)),
}


@pytest.mark.parametrize("hidden", [0.0, 5.0, math.nan, math.inf])
@pytest.mark.parametrize("name", OF_SEVERAL_KEYS)
def test_a_hidden_key_takes_part_in_nothing(name, hidden):
    """Sets of one, two and three keys in one batch, against each set alone."""
    pair, (keys, mask) = OF_SEVERAL_KEYS[name], pad_keys(SETS)
    keys = keys.masked_fill(~mask.unsqueeze(-1), hidden)
    got, pairs = target(pair, QUERIES, keys, mask=mask), pair(QUERIES, keys, mask=mask)
    for i, alone in enumerate(SETS):
        torch.testing.assert_close(got[i : i + 1], target(pair, QUERIES[i : i + 1], alone[None]))
        torch.testing.assert_close(pairs[i, : len(alone)], pair(QUERIES[i], alone))
        assert (pairs[i, len(alone) :] == 0).all()


def test_a_hidden_key_has_no_gradient():
    keys, mask = pad_keys(SETS)
    keys = keys.masked_fill(~mask.unsqueeze(-1), math.nan).requires_grad_()
    target(OF_SEVERAL_KEYS["read-out"], QUERIES, keys, mask=mask).sum().backward()
    assert keys.grad.isfinite().all()
    assert (keys.grad[~mask] == 0).all()


@pytest.mark.parametrize("name", OF_SEVERAL_KEYS)
def test_a_set_without_keys_averages_to_zero(name):
    mask = torch.zeros(7, 3, dtype=torch.bool)
    assert torch.equal(
        target(OF_SEVERAL_KEYS[name], QUERIES, KEYS, mask=mask), torch.zeros(7).double()
    )


@pytest.mark.parametrize("mask", [torch.ones(7, 3), torch.ones(7, 3, dtype=torch.int64)])
def test_a_mask_is_boolean(mask):
    with pytest.raises(TypeError, match=r"mask must have dtype torch.bool, got"):
        target(Match(), QUERIES, KEYS, mask=mask)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_half_precision_is_computed_in_float32(dtype):
    pair = OF_SEVERAL_KEYS["read-out"]
    queries, keys = QUERIES.to(dtype), KEYS.to(dtype)
    got = target(pair, queries, keys)
    assert got.dtype == dtype
    wanted = target(pair, queries.double(), keys.double()).to(dtype)
    torch.testing.assert_close(got, wanted, rtol=torch.finfo(dtype).eps, atol=1e-6)


def test_a_direction_of_another_width_is_named():
    with pytest.raises(ValueError, match="width of direction, 5, got 4"):
        target(AlongKey(BETA), QUERIES[:, :4], KEYS[..., :4])


def test_a_result_that_overflows_is_refused():
    with pytest.raises(ValueError, match="queries and keys must be small enough"):
        target(Match() ** 3, 1e8 * QUERIES.float(), 1e8 * KEYS.float())


def test_tokens_are_uniform_on_the_sphere():
    queries, keys = sphere_tokens(20_000, 2, 5, generator=torch.Generator().manual_seed(1))
    tokens = torch.cat([queries, keys.flatten(0, 1)])
    torch.testing.assert_close(tokens.norm(dim=1), torch.ones(len(tokens)).double())
    covariance = tokens.T @ tokens / len(tokens)
    torch.testing.assert_close(covariance, torch.eye(5).double() / 5, atol=4e-3, rtol=0)
