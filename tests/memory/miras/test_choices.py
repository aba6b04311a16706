"""Losses and their influence, retentions and the potentials whose mirror maps they are."""

import pytest
import torch

from attnkit.memory import miras
from tests.memory.miras.inputs import chance

LOSSES = [
    miras.DotProduct(),
    miras.SquaredError(),
    *(miras.PowerError(p) for p in (1.0, 1.5, 2.0, 3.0)),
    *(miras.HuberError(delta) for delta in (0.3, 30.0)),
]


def drawn(*shape, seed=0):
    return torch.randn(*shape, generator=chance(seed), dtype=torch.float64)


@pytest.mark.parametrize("loss", LOSSES, ids=repr)
def test_the_influence_is_the_derivative_of_the_loss(loss):
    read, value = drawn(7, 3, seed=1).requires_grad_(), drawn(7, 3, seed=2)
    (slope,) = torch.autograd.grad(loss.of(read, value).sum(), read)
    torch.testing.assert_close(loss.influence(read, value), slope)
    nothing = torch.zeros(1, 3, dtype=torch.float64, requires_grad=True)
    smooth = loss.influence(nothing, nothing.detach()).sum() + nothing.sum()
    (there,) = torch.autograd.grad(smooth, nothing)
    assert there.isfinite().all()


def test_only_huber_and_the_sign_are_bounded():
    far = 1e6 * torch.nn.functional.normalize(drawn(7, 3), dim=-1)
    zero = torch.zeros_like(far)
    torch.testing.assert_close(
        miras.HuberError(0.3).influence(far, zero).norm(dim=-1), torch.full((7,), 0.3).double()
    )
    assert miras.PowerError(1.0).influence(far, zero).abs().max() <= 1
    assert miras.PowerError(1.5).influence(far, zero).abs().max() > 100
    torch.testing.assert_close(miras.PowerError(2.0).influence(far, zero), far)
    torch.testing.assert_close(miras.HuberError(1e9).influence(far, zero), far)


def kl_step(total, before, slopes, rate, alpha):
    """What the step of `KLRetention` makes of weights, from their logarithms."""
    pushed = (1 - alpha) * (before / total).log() - rate * slopes
    return miras.KLRetention(total).weights(pushed)


def test_the_kl_step_minimises_what_it_should():
    """b⟨G, W⟩ + (1 − α) KL(W, W') + α Σ W log W over rows that sum to c: no other row is better."""
    total, rate, alpha = 2.0, 0.7, 0.2
    before, slopes = total * drawn(5, 3).softmax(-1), drawn(5, 3, seed=1)

    def objective(w):
        kept = (1 - alpha) * (w * (w / before).log()).sum(-1)
        return rate * (slopes * w).sum(-1) + kept + alpha * (w * w.log()).sum(-1)

    best = kl_step(total, before, slopes, rate, alpha)
    torch.testing.assert_close(best.sum(-1), torch.full((5,), total).double())
    for seed in range(50):
        other = total * (best.log() + 0.1 * drawn(5, 3, seed=seed)).softmax(-1)
        assert (objective(other) > objective(best)).all()


@pytest.mark.parametrize("q", [2.0, 3.0, 4.0])
def test_the_norm_s_map_is_the_gradient_of_half_its_square(q):
    """And so the minimiser of ½ |W|² in the conjugate norm minus ⟨A, W⟩."""
    pushed = drawn(5, 3).requires_grad_()
    half = torch.linalg.vector_norm(pushed, q).square() / 2
    weights = miras.LqRetention(q).weights(pushed)
    torch.testing.assert_close(weights, *torch.autograd.grad(half, pushed))
    objective = lambda w: torch.linalg.vector_norm(w, q / (q - 1)).square() / 2 - (pushed * w).sum()  # noqa: E731
    for seed in range(20):
        assert objective(weights + 0.1 * drawn(5, 3, seed=seed)) > objective(weights)
    assert miras.LqRetention(q).weights(torch.zeros(5, 3)).abs().max() == 0


def test_without_its_power_the_norm_s_map_shrinks_as_pushes_grow():
    pushed, q = drawn(5, 3), 4.0
    digest = lambda a: a / torch.linalg.vector_norm(a, q) ** (q - 2)  # noqa: E731
    torch.testing.assert_close(digest(2 * pushed), digest(pushed) / 2)
    ours = miras.LqRetention(q)
    torch.testing.assert_close(ours.weights(2 * pushed), 2 * ours.weights(pushed))


class TwiceTheError:
    """A loss of one's own, with the one method that a rule asks for."""

    def influence(self, read, value):
        return 2 * (read - value)


def rule_with(memory, loss):
    return miras.Rule(memory, loss, miras.Decay(), miras.GradientStep())


def test_a_loss_of_one_s_own_needs_its_influence_alone():
    keys, rate = torch.nn.functional.normalize(drawn(9, 4), dim=-1), torch.full((9,), 0.2).double()
    tokens = keys, keys, drawn(9, 3, seed=1)
    own, _ = miras.online_memory(
        *tokens, rate, rule=rule_with(miras.LinearMemory(), TwiceTheError())
    )
    delta, _ = miras.online_memory(*tokens, 2 * rate, rule=miras.DELTA)
    torch.testing.assert_close(own, delta)


def test_a_class_and_an_object_without_the_method_are_refused_by_name():
    with pytest.raises(TypeError, match=r"memory must be .*`begin`.*the class LinearMemory: call"):
        rule_with(miras.LinearMemory, miras.SquaredError())
    with pytest.raises(TypeError, match=r"loss must be .*got Decay, which lacks `influence`"):
        rule_with(miras.LinearMemory(), miras.Decay())
    with pytest.raises(TypeError, match=r"memory must be .*the class LinearMemory"):
        miras.yaad(miras.LinearMemory)
