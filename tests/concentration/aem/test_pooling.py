"""Gated pooling against its sum written out, and the entropy's slope against its formula."""

import math

import pytest
import torch

from attnkit.concentration import GatedPooling, negative_attention_entropy

F64 = torch.float64


def drawn(*shape, seed=0, dtype=F64):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=generator, dtype=F64).to(dtype)


def pooling(dtype=F64):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return GatedPooling(5, 11).to(dtype)


def written_out(module, bag):
    """One bag (instance, feature), instance by instance."""
    v, u, w = module.signal, module.gate, module.score
    scores = []
    for h in bag:
        gated = torch.tanh(v.weight @ h + v.bias) * torch.sigmoid(u.weight @ h + u.bias)
        scores.append(w.weight[0] @ gated + w.bias[0])
    raised = torch.stack(scores).exp()
    return (raised / raised.sum()) @ bag


def test_equals_the_sum_written_out():
    module, bags = pooling(), drawn(3, 7, 5)
    pooled = module(bags)
    torch.testing.assert_close(pooled.context, torch.stack([written_out(module, b) for b in bags]))
    torch.testing.assert_close(pooled.weights, pooled.scores.softmax(-1))
    torch.testing.assert_close(pooled.weights.sum(-1), torch.ones(3, dtype=F64))


def test_what_is_no_instance_is_never_looked_at():
    module, bags = pooling(), drawn(3, 7, 5)
    short = bags.clone()
    short[:, 4:] = math.nan
    mask = torch.arange(7) < 4
    torch.testing.assert_close(module(short, mask).context, module(bags[:, :4]).context)
    with pytest.raises(ValueError, match="instances must hold finite"):
        module(short)


def test_an_empty_bag_is_read_as_zeros():
    module, bags = pooling(), drawn(3, 7, 5).requires_grad_()
    mask = torch.tensor([[True], [False], [True]])
    pooled = module(bags, mask)
    (pooled.context.sum() + negative_attention_entropy(pooled.scores, mask=mask).sum()).backward()
    assert pooled.context[1].abs().max() == 0
    assert bags.grad[1].abs().max() == 0
    assert bags.grad.isfinite().all()
    assert module(bags[:, :0]).context.abs().max() == 0


def test_the_order_of_the_instances_does_not_count():
    module, bags = pooling(), drawn(3, 7, 5)
    shuffled = bags[:, torch.tensor([3, 0, 6, 1, 5, 2, 4])]
    torch.testing.assert_close(module(shuffled).context, module(bags).context)


def test_autocast_and_half_precision():
    single = pooling(torch.float32)
    bags = drawn(3, 7, 5, dtype=torch.float32)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        inside = single(bags).context
    assert torch.equal(inside, single(bags).context)
    for dtype in (torch.float16, torch.bfloat16):
        module = pooling(dtype)
        half = module(bags.to(dtype))
        wide = module.float()(bags.to(dtype).float())
        for narrow, exact in zip(half, wide, strict=True):
            assert narrow.dtype == dtype
            torch.testing.assert_close(narrow, exact.to(dtype), rtol=0, atol=0)


def test_the_loss_is_minus_the_entropy():
    scores = 3 * drawn(5, 7)
    for row, loss in zip(scores, negative_attention_entropy(scores), strict=True):
        weights = [math.exp(z) for z in row]
        weights = [w / sum(weights) for w in weights]
        assert loss.item() == pytest.approx(sum(w * math.log(w) for w in weights))
    torch.testing.assert_close(
        negative_attention_entropy(scores.T, dim=0), negative_attention_entropy(scores)
    )
    level = negative_attention_entropy(torch.full((7,), 3.0, dtype=F64))
    assert level.item() == pytest.approx(-math.log(7))


def test_its_slope_is_weight_times_surprise_and_sums_to_zero():
    scores = (3 * drawn(5, 7)).requires_grad_()
    loss = negative_attention_entropy(scores)
    (slope,) = torch.autograd.grad(loss.sum(), scores)
    weights = scores.softmax(-1)
    wanted = weights * (weights.log() - loss.unsqueeze(-1))
    torch.testing.assert_close(slope, wanted)
    torch.testing.assert_close(slope.sum(-1), torch.zeros(5, dtype=F64))
    assert torch.autograd.gradcheck(negative_attention_entropy, scores)


def test_masked_instances_and_scores_of_minus_infinity_are_left_out():
    scores = drawn(3, 7)
    mask = torch.arange(7) < 4
    wanted = negative_attention_entropy(scores[:, :4])
    torch.testing.assert_close(negative_attention_entropy(scores, mask=mask), wanted)
    hidden = scores.masked_fill(~mask, -math.inf).requires_grad_()
    loss = negative_attention_entropy(hidden)
    torch.testing.assert_close(loss, wanted)
    assert torch.autograd.grad(loss.sum(), hidden)[0].isfinite().all()
    assert negative_attention_entropy(scores[:, :0]).tolist() == [0, 0, 0]
    assert negative_attention_entropy(scores[:, :1]).tolist() == [0, 0, 0]
    assert negative_attention_entropy(scores.half()).dtype == torch.float32


def test_mapped_it_is_the_same():
    scores, module, bags = drawn(3, 7), pooling(), drawn(3, 7, 5)
    mapped = torch.func.vmap(negative_attention_entropy)(scores)
    torch.testing.assert_close(mapped, negative_attention_entropy(scores))
    each = torch.func.vmap(lambda bag: module(bag).context)(bags)
    torch.testing.assert_close(each, module(bags).context)


COMPILED = """
import torch
from attnkit.concentration import GatedPooling, negative_attention_entropy

bags = torch.randn(3, 7, 5, generator=torch.Generator().manual_seed(0))
module, mask = GatedPooling(5, 11), torch.arange(7) < 4
whole = dict(fullgraph=True, backend="aot_eager")
pooled = torch.compile(module, **whole)(bags, mask)
torch.testing.assert_close(pooled.context, module(bags, mask).context)
loss = torch.compile(negative_attention_entropy, **whole)(pooled.scores, mask=mask)
torch.testing.assert_close(loss, negative_attention_entropy(pooled.scores, mask=mask))
"""


def test_compiled_in_one_graph_it_is_the_same(plain_python):
    plain_python.run(COMPILED)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: GatedPooling(0), ValueError, "n_features must be in.*got 0"),
        (lambda: pooling()(drawn(3, 7, 3)), ValueError, r"instances must have 5 features.*7, 3"),
        (lambda: pooling()(drawn(3, 7, 5), torch.ones(7)), TypeError, "mask must"),
        (
            lambda: pooling()(drawn(3, 7, 5), torch.ones(5, dtype=torch.bool)),
            ValueError,
            "mask must broadcast",
        ),
        (
            lambda: negative_attention_entropy(torch.tensor([math.inf])),
            ValueError,
            "scores must hold finite",
        ),
        (lambda: negative_attention_entropy(torch.zeros(3), dim=1), ValueError, "dim must be in"),
    ],
)
def test_wrong_input_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()
