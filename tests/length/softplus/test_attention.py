"""LSSA and LSSAR against their sums written out; masked, in half precision, compiled."""

import math

import pytest
import torch

from attnkit.length.softplus import (
    LSSAR,
    cosine_scores,
    lssa,
    lssar,
    reweighted_softplus_weights,
    softplus_weights,
)

READS = (lssa, lssar)


def inputs(dtype=torch.float64, seed=0):
    """Queries (2, 5, 3), keys (2, 7, 3) and values (2, 7, 11)."""
    generator = torch.Generator().manual_seed(seed)
    shapes = ((2, 5, 3), (2, 7, 3), (2, 7, 11))
    return [torch.randn(*s, generator=generator, dtype=torch.float64).to(dtype) for s in shapes]


def scores_written_out(queries, keys, n_keys):
    scores = torch.empty(2, 5, n_keys, dtype=torch.float64)
    for b, q, k in ((b, q, k) for b in range(2) for q in range(5) for k in range(n_keys)):
        one, other = queries[b, q].tolist(), keys[b, k].tolist()
        cosine = sum(x * y for x, y in zip(one, other, strict=True))
        cosine /= math.hypot(*one) * math.hypot(*other)
        scores[b, q, k] = math.log(3) * math.log(n_keys) * cosine
    return scores


def test_scores_equal_those_written_out():
    queries, keys, _ = inputs()
    torch.testing.assert_close(cosine_scores(queries, keys), scores_written_out(queries, keys, 7))


@pytest.mark.parametrize(
    ("attend", "weigh"), [(lssa, softplus_weights), (lssar, reweighted_softplus_weights)]
)
def test_what_is_masked_is_never_looked_at(attend, weigh):
    queries, keys, values = inputs()
    wanted = weigh(scores_written_out(queries, keys, 5)) @ values[:, :5]
    keys[:, 5:], values[:, 5:] = math.nan, math.inf
    mask = torch.arange(7) < 5
    torch.testing.assert_close(attend(queries, keys, values, mask=mask), wanted)
    nothing = attend(queries, keys, values, mask=torch.zeros(7, dtype=torch.bool))
    assert nothing.count_nonzero() == 0
    leaves = [tensor.requires_grad_() for tensor in (queries, keys, values)]
    attend(*leaves, mask=mask).sum().backward()
    assert all(leaf.grad.isfinite().all() for leaf in leaves)


def test_a_causal_query_counts_the_keys_it_sees():
    queries, keys, _ = inputs()
    causal = torch.ones(5, 7, dtype=torch.bool).tril()
    scores = cosine_scores(queries, keys, mask=causal)
    assert scores[:, 0].count_nonzero() == 0  # one key: log 1
    alone = cosine_scores(queries, keys[:, :4])
    torch.testing.assert_close(scores[:, 3, :4], alone[:, 3])


def test_lengths_do_not_matter_and_zeros_have_no_direction():
    queries, keys, values = inputs()
    for attend in READS:
        torch.testing.assert_close(
            attend(1e-200 * queries, 1e200 * keys, values), attend(queries, keys, values)
        )
    keys[:, 2] = 0
    scores = cosine_scores(queries, keys.requires_grad_())
    assert scores[:, :, 2].count_nonzero() == 0
    scores.sum().backward()
    assert keys.grad.isfinite().all()


def test_the_layer_is_the_function():
    assert torch.equal(LSSAR(3.0, 0.5)(*inputs()), lssar(*inputs(), power=3.0, offset=0.5))
    assert torch.equal(LSSAR()(*inputs()), lssar(*inputs()))
    assert repr(LSSAR(3.0)) == "LSSAR(power=3.0, offset=None)"
    with pytest.raises(ValueError, match=r"power must be in \[1, 64\], got 0.5"):
        LSSAR(0.5)


@pytest.mark.parametrize("attend", READS)
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_in_and_out(attend, dtype):
    read = attend(*inputs(dtype))
    assert read.dtype == dtype
    exact = attend(*(t.double() for t in inputs(dtype)))
    assert ((read.double() - exact).abs() <= torch.finfo(dtype).eps * (exact.abs() + 1e-3)).all()


@pytest.mark.parametrize("attend", READS)
def test_autocast_changes_nothing(attend):
    single = inputs(torch.float32)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        inside = attend(*single)
        scores = cosine_scores(*single[:2])
    assert torch.equal(inside, attend(*single))
    assert torch.equal(scores, cosine_scores(*single[:2]))


@pytest.mark.parametrize("attend", READS)
def test_no_keys_no_features_and_gradients(attend):
    queries, keys, values = inputs()
    assert attend(queries, keys[:, :0], values[:, :0]).count_nonzero() == 0
    assert attend(queries[..., :0], keys[..., :0], values).shape == (2, 5, 11)
    leaves = [tensor.requires_grad_() for tensor in (queries, keys, values)]
    assert torch.autograd.gradcheck(attend, leaves, fast_mode=True)


COMPILED = """
import torch
from attnkit.length.softplus import lssa, lssar

generator = torch.Generator().manual_seed(0)
tokens = torch.randn(5, 7, generator=generator)
mask = tokens[:, :5] > -1
for attend in (lssa, lssar):
    whole = torch.compile(attend, fullgraph=True, backend="aot_eager")
    wanted = attend(tokens, tokens, tokens, mask=mask)
    torch.testing.assert_close(whole(tokens, tokens, tokens, mask=mask), wanted)
"""


def test_compiled_in_one_graph_it_is_the_same(plain_python):
    """Apart from the import hook of the tests, which torch cannot trace."""
    plain_python.run(COMPILED)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"keys": torch.zeros(2, 7, 3)}, TypeError, "keys must be torch.float64"),
        ({"queries": torch.full((2, 5, 3), math.nan).double()}, ValueError, "queries must .*nan"),
        ({"values": torch.full((2, 7, 11), math.inf).double()}, ValueError, "values must .*inf"),
        ({"mask": torch.zeros(4, dtype=torch.bool)}, ValueError, r"mask must broadcast .*\(4,\)"),
    ],
)
def test_wrong_input_is_named(arguments, error, message):
    names = ("queries", "keys", "values")
    with pytest.raises(error, match=message):
        lssa(**dict(zip(names, inputs(), strict=True)) | arguments)
