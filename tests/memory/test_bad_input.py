"""Refusals name the argument, what came and what was wanted; outside the shape checker's help."""

import math

import jaxtyping
import pytest
import torch

from attnkit.memory import (
    delta_rule,
    linear_attention,
    momentum_rule,
    normalised_linear_attention,
)

X, V, RATE = torch.ones(2, 5, 3) / 3, torch.ones(2, 5, 4), torch.ones(2, 5)


@pytest.fixture(autouse=True)
def _without_shape_checker():
    jaxtyping.config.update("jaxtyping_disable", True)
    yield
    jaxtyping.config.update("jaxtyping_disable", False)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((X, X[:, :4], V), r"keys must have shape .* time = 5 as in queries.*, got \(2, 4, 3\)"),
        ((X, X[..., :2], V), r"keys must have shape .* key = 3 as in queries, got \(2, 5, 2\)"),
        ((X, X, V[:, :4]), r"values must have shape \(\*batch, time, value\) .*got \(2, 4, 4\)"),
        ((X[:, :0], X[:, :0], V[:, :0]), r"queries must hold at least one token"),
        ((X[0, 0], X[0, 0], V[0, 0]), r"queries must have shape \(\*batch, time, key\)"),
    ],
)
def test_sequences_that_do_not_fit(arguments, message):
    for function in (linear_attention, normalised_linear_attention):
        with pytest.raises(ValueError, match=message):
            function(*arguments)
    with pytest.raises(ValueError, match=message):
        delta_rule(*arguments, torch.ones(arguments[0].shape[:-1]))


@pytest.mark.parametrize("position", [0, 1, 2])
@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_nan_and_infinity_are_named(position, bad):
    sequences = [X.clone(), X.clone(), V.clone()]
    sequences[position][1, 3, 0] = bad
    name = ("queries", "keys", "values")[position]
    for function in (linear_attention, normalised_linear_attention):
        with pytest.raises(ValueError, match=rf"{name} must hold finite numbers"):
            function(*sequences)


def test_a_nan_rate_is_named():
    rate = RATE.clone()
    rate[0, 2] = math.nan
    with pytest.raises(ValueError, match=r"rate must be in .* such as nan"):
        delta_rule(X, X, V, rate)


def test_integers_and_mixed_dtypes_are_refused():
    with pytest.raises(TypeError, match=r"queries must have a floating-point dtype"):
        linear_attention(X.long(), X, V)
    with pytest.raises(TypeError, match=r"keys must be torch.float32"):
        linear_attention(X, X.double(), V)


@pytest.mark.parametrize("chunk_size", [0, -1, 65537, 10**12])
def test_chunk_size_must_be_positive_and_bounded(chunk_size):
    with pytest.raises(ValueError, match=r"chunk_size must be in \[1, 65536\], got"):
        linear_attention(X, X, V, chunk_size=chunk_size)


@pytest.mark.parametrize("chunk_size", [2.5, True, "32", None])
def test_chunk_size_must_be_an_integer(chunk_size):
    with pytest.raises(TypeError, match="chunk_size must be an integer, got"):
        linear_attention(X, X, V, chunk_size=chunk_size)


@pytest.mark.parametrize("bad", [0.1, math.nan, math.inf])
def test_log_decay_must_not_be_positive(bad):
    log_decay = -RATE.clone()
    log_decay[1, 2] = bad
    with pytest.raises(ValueError, match=r"log_decay must be in \(-inf, 0\], got 1 other"):
        linear_attention(X, X, V, log_decay=log_decay)


def test_log_decay_must_fit():
    with pytest.raises(ValueError, match=r"log_decay must have shape .* time = 5 as in queries"):
        delta_rule(X, X, V, RATE, log_decay=-RATE[:, :4])


@pytest.mark.parametrize("name", ["momentum", "forgetting"])
def test_momentum_and_forgetting_lie_between_zero_and_one(name):
    gates = {"momentum": RATE / 2, "forgetting": RATE / 2}
    gates[name] = RATE * 1.5
    with pytest.raises(ValueError, match=rf"{name} must be in \[0, 1\]"):
        momentum_rule(X, X, V, RATE, **gates)


@pytest.mark.parametrize("rate", [-0.1, 6.01])
def test_an_unstable_rate_warns_and_says_why(rate):
    with pytest.warns(UserWarning, match=r"rate · \|key\|² should lie in \[0, 2\].*errors grow"):
        delta_rule(X, X, V, rate * RATE)


def test_the_limit_itself_does_not_warn():
    delta_rule(X, X, V, 6 * RATE)


def test_the_state_must_fit_and_be_finite():
    with pytest.raises(
        ValueError,
        match=r"initial_state must have shape .* key = 3 as in queries, value = 4 as in values",
    ):
        linear_attention(X, X, V, initial_state=torch.zeros(2, 4, 3))
    gates = {"momentum": RATE, "forgetting": RATE}
    with pytest.raises(ValueError, match=r"initial_state must have shape .* 2, key, value\)"):
        momentum_rule(X, X, V, RATE, **gates, initial_state=torch.zeros(2, 3, 4))
    with pytest.raises(ValueError, match="initial_state must hold finite numbers"):
        linear_attention(X, X, V, initial_state=torch.full((2, 3, 4), math.nan))


def test_negative_weights_cannot_be_averaged():
    with pytest.raises(ValueError, match="non-negative products"):
        normalised_linear_attention(X, -X / 100, V)


def test_what_overflows_names_the_rate_too():
    with pytest.raises(ValueError, match=r"overflows torch\.float32.*values reach 3.*rate reach 3"):
        delta_rule(X, X, 3e38 * V, 3 * RATE)
