"""Second derivatives of the kernels, by every way torch has of asking for them."""

import pytest
import torch
from torch.autograd.functional import hessian

from attnkit.memory.delta import delta_rule, recurrent_delta_rule
from tests.memory.delta.fused.calls import call, distance

pytestmark = pytest.mark.usefixtures("kernels")


def loss_of(function, decay=True):
    """A loss of two tokens with second derivatives in their keys, and those keys."""
    (queries, keys, values, rate), gates, state = call(2, widths=(2, 1), decay=decay)

    def loss(keys):
        others = [t.to(keys.dtype) for t in (values, rate)]
        named = {name: gate.to(keys.dtype) for name, gate in gates.items()}
        tokens = (queries.to(keys.dtype), keys, *others)
        output, final = function(*tokens, **named, initial_state=state.to(keys.dtype))
        return output.sin().sum() + final.square().sum()

    return loss, keys


def by_grad(loss, keys):
    """A product of the Hessian with ones."""
    keys = keys.clone().requires_grad_()
    (first,) = torch.autograd.grad(loss(keys), keys, create_graph=True)
    return torch.autograd.grad(first.sum(), keys)[0]


def by_backward(loss, keys):
    keys = keys.clone().requires_grad_()
    loss(keys).backward(create_graph=True)
    return torch.autograd.grad(keys.grad.sum(), keys)[0]


def by_hessian(loss, keys):
    return hessian(loss, keys).sum((-2, -1))


def by_batched_gradients(loss, keys):
    return hessian(loss, keys, vectorize=True).sum((-2, -1))


def by_func(loss, keys):
    return torch.func.hessian(loss)(keys).sum((-2, -1))


@pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated:DeprecationWarning")
@pytest.mark.filterwarnings("ignore:Using backward.. with create_graph=True:UserWarning")
@pytest.mark.parametrize("decay", [False, True])
@pytest.mark.parametrize(
    "ask",
    [by_grad, by_backward, by_hessian, by_batched_gradients, by_func],
    ids=lambda f: f.__name__,
)
def test_every_way_of_asking_gives_the_same(ask, decay):
    loss, keys = loss_of(delta_rule, decay)
    exact, _ = loss_of(recurrent_delta_rule, decay)
    assert distance(ask(loss, keys), by_grad(exact, keys.double())) <= 1e-5


def test_a_gradient_taken_without_a_graph_has_none():
    loss, keys = loss_of(delta_rule)
    (gradient,) = torch.autograd.grad(loss(keys.requires_grad_()), keys)
    assert not gradient.requires_grad
