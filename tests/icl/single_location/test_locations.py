"""The posterior by enumeration of the places, and what the softmax does at its edges."""

import math

import pytest
import torch

from attnkit.icl import single_location as here
from attnkit.icl.circuits import linear_weights, softmax_weights


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def two_vectors(d=5, seed=3):
    """Not at right angles, not of length one."""
    return torch.randn(2, d, generator=seeded(seed), dtype=torch.float64)


def drawn(n_prompts=11, n_tokens=7, signal=3.0, noise_variance=0.2, seed=0):
    key, value = two_vectors()
    law = {"n_tokens": n_tokens, "signal": signal, "noise_variance": noise_variance}
    return here.sample_locations(key, value, n_prompts=n_prompts, generator=seeded(seed), **law)


def posterior(tokens, key, signal):
    """Bayes' rule over places, with whole densities of all tokens."""
    n_tokens = tokens.shape[-2]
    normal = torch.distributions.Normal(0.0, 1.0)
    logs = []
    for place in range(n_tokens):
        moved = tokens.clone()
        moved[..., place, :] -= math.sqrt(signal) * key
        logs.append(normal.log_prob(moved).sum((-1, -2)))
    return torch.stack(logs, -1).softmax(-1)


@pytest.mark.claim("softmax-is-the-posterior")
@pytest.mark.parametrize("signal", [0.0, 0.3, 4.0, 30.0])
def test_a_weight_is_the_chance_that_this_token_is_marked(signal):
    key, value = two_vectors()
    tokens = drawn(signal=signal).tokens
    wanted = posterior(tokens, key, signal)
    found = here.location_weights(tokens, key, signal=signal)
    torch.testing.assert_close(found, wanted, rtol=1e-9, atol=1e-12)
    mean = here.location_mean(tokens, key, value, signal=signal)
    torch.testing.assert_close(mean, (wanted * (tokens @ value)).sum(-1))


def test_prompts_have_the_moments_of_their_law():
    key, value = two_vectors()
    at = drawn(n_prompts=40_009, signal=3.0)
    rows = torch.arange(len(at.places))
    marked = at.tokens[rows, at.places]
    torch.testing.assert_close(marked.mean(0), math.sqrt(3) * key, atol=0.03, rtol=0)
    others = at.tokens[rows, (at.places + 1) % 7]
    torch.testing.assert_close(others.T.cov(), torch.eye(5).double(), atol=0.03, rtol=0)
    assert (at.labels - marked @ value).var().item() == pytest.approx(0.2, rel=0.03)
    assert at.places.bincount().min() > 0.94 * 40_009 / 7


def test_what_is_masked_is_not_looked_at():
    key, value = two_vectors()
    tokens = drawn().tokens
    mask = torch.tensor([True, False, True, True, False, True, True])
    spoiled = tokens.clone()
    spoiled[:, ~mask] = math.nan
    wanted = here.location_mean(tokens[:, mask], key, value, signal=3.0)
    torch.testing.assert_close(
        here.location_mean(spoiled, key, value, signal=3.0, mask=mask), wanted
    )
    nothing = here.location_mean(spoiled, key, value, signal=3.0, mask=torch.zeros(7).bool())
    assert torch.equal(nothing, torch.zeros_like(wanted))


def test_a_gradient_beside_masked_nan_is_finite():
    key, value = two_vectors()
    tokens = drawn().tokens
    tokens[:, 2] = math.nan
    tokens.requires_grad_()
    mask = torch.arange(7) != 2
    here.location_mean(tokens, key, value, signal=3.0, mask=mask).sum().backward()
    assert tokens.grad.isfinite().all()
    assert (tokens.grad[:, 2] == 0).all()


@pytest.mark.parametrize("n_tokens", [0, 1])
def test_no_token_says_nothing_and_one_token_says_itself(n_tokens):
    key, value = two_vectors()
    tokens = drawn().tokens[:, :n_tokens]
    wanted = tokens @ value if n_tokens else torch.zeros(11, 1).double()
    found = here.location_mean(tokens, key, value, signal=3.0)
    torch.testing.assert_close(found, wanted[:, 0])


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_half_precision_is_computed_wide(dtype):
    key, value = two_vectors()
    tokens = drawn().tokens.to(dtype)
    key, value = key.to(dtype), value.to(dtype)
    found = here.location_mean(tokens, key, value, signal=30.0)
    wanted = here.location_mean(tokens.float(), key.float(), value.float(), signal=30.0)
    assert found.dtype == dtype
    assert torch.equal(found, wanted.to(dtype))


def test_autocast_changes_no_digit():
    key, value = (each.float() for each in two_vectors())
    tokens = drawn().tokens.float()
    reader = here.LocationReader(5, generator=seeded())
    wanted = here.location_mean(tokens, key, value, signal=3.0), reader(tokens)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        found = here.location_mean(tokens, key, value, signal=3.0), reader(tokens)
    assert all(torch.equal(one, other) for one, other in zip(found, wanted, strict=True))


COMPILED = """
import torch
from attnkit.icl.single_location import LocationReader, location_mean

generator = torch.Generator().manual_seed(0)
tokens = torch.randn(3, 7, 5, generator=generator)
key, value = torch.randn(2, 5, generator=generator)
given = {"signal": 3.0, "mask": torch.arange(7) != 2}
whole = torch.compile(location_mean, fullgraph=True, backend="aot_eager")
wanted = location_mean(tokens, key, value, **given)
torch.testing.assert_close(whole(tokens, key, value, **given), wanted)
reader = LocationReader(5, generator=generator)
whole = torch.compile(reader, fullgraph=True, backend="aot_eager")
torch.testing.assert_close(whole(tokens), reader(tokens))
"""


def test_compiled_in_one_graph_it_is_the_same(plain_python):
    """Apart from the import hook of the tests, which torch cannot trace."""
    plain_python.run(COMPILED)


def test_numbers_that_are_none_are_named():
    key, value = two_vectors()
    tokens = drawn().tokens
    tokens[0, 0, 0] = -math.inf
    with pytest.raises(ValueError, match="tokens"):
        here.location_mean(tokens, key, value, signal=3.0)
    with pytest.raises(ValueError, match="n_prompts must need at most 1e9 numbers"):
        here.sample_locations(
            key, value, n_prompts=10**6, n_tokens=10**6, signal=1.0, generator=seeded()
        )


def test_a_reader_with_the_posteriors_vectors_is_the_posterior_mean():
    key, value = two_vectors()
    tokens = drawn().tokens
    reader = here.LocationReader(5, generator=seeded()).double()
    with torch.no_grad():
        reader.query.copy_(math.sqrt(3.0) * key)
        reader.value.copy_(value)
    wanted = here.location_mean(tokens, key, value, signal=3.0)
    torch.testing.assert_close(reader(tokens).detach(), wanted)


@pytest.mark.parametrize("weigh", [softmax_weights, linear_weights])
def test_a_reader_learns_by_gradients_that_are_right(weigh):
    reader = here.LocationReader(5, generator=seeded(), weigh=weigh).double()
    tokens = drawn(n_prompts=2).tokens

    def read(query, value):
        return torch.func.functional_call(reader, {"query": query, "value": value}, (tokens,))

    starts = [p.detach().clone().requires_grad_() for p in reader.parameters()]
    assert torch.autograd.gradcheck(read, starts)
    with pytest.raises(ValueError, match="tokens must be"):
        reader(tokens[:, :0])


def test_what_leaves_half_precision_says_so():
    large = torch.full((5,), 6e4, dtype=torch.float16)
    tokens = large.expand(3, 7, 5)
    small = torch.full((5,), 1e-4, dtype=torch.float16)
    with pytest.raises(ValueError, match=r"mean overflows torch\.float16"):
        here.location_mean(tokens, small, large, signal=1.0)
    one = torch.eye(5, dtype=torch.float16)[0]
    assert here.location_mean(tokens, small, one, signal=1.0).eq(6e4).all()
    how = {"n_prompts": 3, "n_tokens": 7, "generator": seeded()}
    with pytest.raises(ValueError, match="tokens overflows"):
        here.sample_locations(large, one, signal=4.0, **how)
    with pytest.raises(ValueError, match="labels overflows"):
        here.sample_locations(one, large, signal=4.0, **how)
    reader = here.LocationReader(5, generator=seeded())
    with torch.no_grad():
        reader.value.fill_(2.0)
    with pytest.raises(ValueError, match="guesses overflows"):
        reader(tokens)
