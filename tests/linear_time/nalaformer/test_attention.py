"""NaLaFormer's attention against its weights: causal and whole, padded, cut, half, compiled."""

import math

import pytest
import torch

from attnkit.linear_time import bidirectional_nala_attention, nala_attention, nala_weights
from attnkit.masks import length_mask


def tokens(*shape, n_keys=None, dtype=torch.float64):
    generator = torch.Generator().manual_seed(0)
    *batch, n = shape
    sizes = ((n, 3), (n_keys or n, 3), (n_keys or n, 5))
    drawn = [torch.randn(*batch, *size, generator=generator, dtype=torch.float64) for size in sizes]
    return [t.to(dtype) for t in drawn]


@pytest.mark.parametrize("n", [1, 2, 37])
def test_each_token_reads_the_past_by_its_weights(n):
    q, k, v = tokens(2, n)
    causal = torch.ones(n, n, dtype=torch.bool).tril()
    wanted = nala_weights(q, k, 2.0, mask=causal) @ v
    torch.testing.assert_close(nala_attention(q, k, v, power=2.0)[0], wanted)


@pytest.mark.parametrize("n_keys", [1, 7, 41])
def test_whole_sequences_are_read_by_the_same_weights(n_keys):
    q, k, v = tokens(2, 13, n_keys=n_keys)
    torch.testing.assert_close(bidirectional_nala_attention(q, k, v), nala_weights(q, k) @ v)


def test_what_is_masked_is_never_looked_at():
    q, k, v = tokens(2, 13)
    lengths = torch.tensor([5, 0])
    mask = length_mask(lengths, 13)
    hidden = [t.masked_fill(~mask[..., None], math.nan) for t in (k, v)]
    read = bidirectional_nala_attention(q, *hidden, mask=mask)
    torch.testing.assert_close(read[0], bidirectional_nala_attention(q[0], k[0, :5], v[0, :5]))
    assert not read[1].any()
    causal, _ = nala_attention(q.masked_fill(~mask[..., None], math.nan), *hidden, mask=mask)
    torch.testing.assert_close(causal[0, :5], nala_attention(q[0, :5], k[0, :5], v[0, :5])[0])
    assert not causal[0, 5:].any()


def test_a_sequence_without_keys_reads_zeros():
    q, k, v = (t[:, :0] if i else t for i, t in enumerate(tokens(2, 7)))
    assert bidirectional_nala_attention(q, k, v).tolist() == torch.zeros(2, 7, 5).tolist()
    with pytest.raises(ValueError, match="at least one token"):
        nala_attention(q[:, :0], k, v)


@pytest.mark.parametrize("form", [nala_attention, bidirectional_nala_attention])
def test_half_in_half_out_and_autocast_changes_nothing(form):
    def read(whole):
        made = form(*whole)
        return made[0] if isinstance(made, tuple) else made

    half = tokens(2, 37, dtype=torch.bfloat16)
    assert read(half).dtype == torch.bfloat16
    exact = read([t.double() for t in half])
    torch.testing.assert_close(read(half).double(), exact, atol=0.02, rtol=0.02)
    single = [t.float() for t in half]
    with torch.autocast("cpu", torch.bfloat16):
        mixed = read(single)
    assert torch.equal(mixed, read(single))


def test_gradients_are_finite_beside_zeros():
    leaves = [t.requires_grad_() for t in tokens(6)]
    hidden = [leaves[0] * (torch.arange(6) != 2)[:, None], *leaves[1:]]
    total = nala_attention(*hidden)[0].sum() + bidirectional_nala_attention(*hidden).sum()
    assert all(slope.isfinite().all() for slope in torch.autograd.grad(total, leaves))


COMPILED = """
import torch
from attnkit.linear_time import bidirectional_nala_attention, nala_attention, nala_weights

q, k, v = torch.randn(3, 2, 7, 5, generator=torch.Generator().manual_seed(0))
whole = dict(fullgraph=True, backend="aot_eager")
for form, tokens in ((nala_weights, (q, k)), (bidirectional_nala_attention, (q, k, v))):
    torch.testing.assert_close(torch.compile(form, **whole)(*tokens), form(*tokens))
torch.testing.assert_close(
    torch.compile(nala_attention, backend="aot_eager")(q, k, v)[0], nala_attention(q, k, v)[0]
)
"""


def test_compiled_it_is_the_same(plain_python):
    """Apart from the import hook of the tests, which torch cannot trace."""
    plain_python.run(COMPILED)
