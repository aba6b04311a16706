"""The online memory against rules written apart from it: by autograd, and those of the room."""

import math

import pytest
import torch

from attnkit.memory import delta_rule, linear_attention, miras, momentum_rule
from attnkit.memory.titans import at_rest, neural_memory
from tests.memory.miras.inputs import D_KEY, D_VALUE, LINEAR, NETWORK, RULES, tokens

rules = pytest.mark.parametrize("rule", RULES.values(), ids=RULES)


def by_autograd(queries, keys, values, rate, forgetting, rule):
    """One sequence, its gradients by differentiation of the loss in the weights."""
    pushed = [a.clone() for a in rule.memory.begin(keys, values.shape[-1])]
    last, outputs = [torch.zeros_like(a) for a in pushed], []
    for q, k, v, b, alpha in zip(queries, keys, values, rate, forgetting, strict=True):
        weights = [rule.retention.weights(a).detach().requires_grad_() for a in pushed]
        slopes = torch.autograd.grad(rule.loss.of(network(weights, k), v), weights)
        last = [rule.optimiser.push(s, -b * g) for s, g in zip(last, slopes, strict=True)]
        pushed = [(1 - alpha) * a + s for a, s in zip(pushed, last, strict=True)]
        outputs.append(network([rule.retention.weights(a) for a in pushed], q))
    return torch.stack(outputs), pushed


def network(weights, x):
    for i, w in enumerate(weights):
        x = (torch.nn.functional.gelu(x) if i else x) @ w
    return x


@rules
def test_steps_down_the_gradient_of_its_loss(rule):
    sequences, forgetting = tokens()
    output, state = miras.online_memory(*sequences, rule=rule, forgetting=forgetting)
    wanted, pushed = by_autograd(*sequences, forgetting, rule)
    torch.testing.assert_close(output, wanted, rtol=1e-10, atol=1e-12)
    torch.testing.assert_close(state.pushed, tuple(pushed), rtol=1e-10, atol=1e-12)


def same(ours, theirs):
    assert (ours[0] - theirs[0]).abs().max() < 1e-12


def test_dot_products_are_linear_attention_with_its_gate():
    (q, k, v, b), alpha = tokens(2)
    scaled = b[..., None] * v
    same(miras.online_memory(q, k, v, b, rule=miras.HEBB), linear_attention(q, k, scaled))
    gated = linear_attention(q, k, scaled, log_decay=(1 - alpha).log())
    same(miras.online_memory(q, k, v, b, rule=miras.HEBB, forgetting=alpha), gated)


def test_squared_errors_are_the_delta_rule():
    (q, k, v, b), alpha = tokens(2)
    same(miras.online_memory(q, k, v, b, rule=miras.DELTA), delta_rule(q, k, v, b))
    left = 1 - alpha
    gated = delta_rule(q, k, left[..., None] * v, b / left, log_decay=left.log())
    same(miras.online_memory(q, k, v, b, rule=miras.DELTA, forgetting=alpha), gated)


def test_momentum_makes_titans_linear_and_deep():
    (q, k, v, b), alpha = tokens(2)
    gates = {"momentum": torch.full_like(b, 0.6), "forgetting": alpha}
    linear = miras.online_memory(q, k, v, b, rule=miras.titans(LINEAR, 0.6), forgetting=alpha)
    same(linear, momentum_rule(q, k, v, b, **gates))
    deep = miras.online_memory(q, k, v, b, rule=miras.titans(NETWORK, 0.6), forgetting=alpha)
    state = at_rest(tuple(w.expand(2, -1, -1) for w in NETWORK.first))
    same(deep, neural_memory(q, k, v, b, **gates, initial_state=state, chunk_size=1))


@rules
def test_may_be_cut_and_padded_with_nan(rule):
    sequences, forgetting = tokens(2)
    mask = torch.ones(2, 17, dtype=torch.bool)
    mask[0, 5:11], mask[1, 13:] = False, False
    padded = [s.masked_fill(~mask[(..., *(None,) * (s.ndim - 2))], math.nan) for s in sequences]
    blank = forgetting.masked_fill(~mask, math.nan)
    first, state = miras.online_memory(
        *(s[:, :7] for s in padded), rule=rule, forgetting=blank[:, :7], mask=mask[:, :7]
    )
    second, state = miras.online_memory(
        *(s[:, 7:] for s in padded),
        rule=rule,
        forgetting=blank[:, 7:],
        mask=mask[:, 7:],
        initial_state=state,
    )
    output = torch.cat([first, second], 1)
    assert output[~mask].abs().max() == 0
    for row, kept in enumerate(mask):
        alone, after = miras.online_memory(
            *(s[row, kept] for s in sequences), rule=rule, forgetting=forgetting[row, kept]
        )
        torch.testing.assert_close(output[row, kept], alone)
        torch.testing.assert_close(tuple(a[row] for a in state.pushed), after.pushed)
        torch.testing.assert_close(tuple(a[row] for a in state.last), after.last)


@rules
def test_gradients_and_second_derivatives(rule):
    sequences, forgetting = tokens(n=3)
    leaves = [t.requires_grad_() for t in (*sequences, forgetting)]

    def call(q, k, v, b, alpha):
        return miras.online_memory(q, k, v, b, rule=rule, forgetting=alpha)[0]

    assert torch.autograd.gradcheck(call, leaves, fast_mode=True)
    assert torch.autograd.gradgradcheck(call, leaves, fast_mode=True, atol=1e-4)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_and_autocast(dtype):
    sequences, forgetting = tokens(2, dtype=dtype)
    output, state = miras.online_memory(*sequences, rule=RULES["Yaad"], forgetting=forgetting)
    assert (output.dtype, state.pushed[0].dtype) == (dtype, torch.float32)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        inside, _ = miras.online_memory(*sequences, rule=RULES["Yaad"], forgetting=forgetting)
    assert torch.equal(inside, output)


def test_what_is_wrong_is_said_by_name():
    sequences, _ = tokens(2)
    _, state = miras.online_memory(*sequences, rule=miras.DELTA)
    with pytest.raises(ValueError, match=r"initial_state\.pushed must have the shapes"):
        miras.online_memory(*sequences, rule=RULES["Yaad"], initial_state=state)
    short = miras.NetworkMemory(NETWORK.first[:1])
    with pytest.raises(ValueError, match=f"end with the width of the values, {D_VALUE}, got 7"):
        miras.online_memory(*sequences, rule=miras.yaad(short))
    with pytest.raises(ValueError, match=f"queries of width {D_KEY}, got"):
        miras.online_memory(*sequences, rule=miras.yaad(miras.NetworkMemory(NETWORK.first[1:])))
    with pytest.raises(TypeError, match="loss must be a Loss"):
        miras.Rule(LINEAR, "huber", miras.Decay(), miras.GradientStep())
    q, k, v, b = sequences
    with pytest.raises(ValueError, match="although every input is finite"):
        miras.online_memory(q, k, v * 1e300, b, rule=miras.moneta(NETWORK))
