"""A write that no value can push further than it may: Huber's step."""

import torch

from attnkit.coursework import Task, compare, law
from attnkit.memory.miras.losses import HuberError
from attnkit.memory.shared.tasks.sequences import normal

__all__ = ["BOUNDED_WRITE"]


def _writes(generator, variant, sizes=(0.01, 1.0, 30.0)):
    """A memory, a key that is not of length one, and a value at several distances."""
    for d_key, d_value in ((1, 1), (3, 2), (5, 4)):
        memory, key = normal(generator, d_key, d_value), normal(generator, d_key)
        for size in sizes:
            error = normal(generator, d_value)
            value = key @ memory + size * error / error.norm()
            yield {"memory": memory, "key": key, "value": value, "delta": variant["delta"]}


def _near(generator, variant):
    yield from _writes(generator, variant, sizes=(0.0, 0.5 * variant["delta"]))


def _far(generator, variant):
    yield from _writes(generator, variant, sizes=(1e3, 1e6))


def _turned(generator, variant):
    """The same with an orthogonal map of the values."""
    for case in _writes(generator, variant):
        turn, _ = torch.linalg.qr(normal(generator, *(len(case["value"]),) * 2))
        yield case | {"turn": turn}


@law("small errors", "An error shorter than delta is written as by the delta rule.", cases=_near)
def _delta_rule(answer, *, memory, key, value, delta):
    wanted = memory + 0.5 * torch.outer(key, value - key @ memory)
    return compare.against(answer(memory, key, value, 0.5, delta), wanted, what="the memory")


@law("bounded", "No value moves the memory further than rate · delta · length of the key.",
     cases=_far)  # fmt: skip
def _bounded(answer, *, memory, key, value, delta):
    moved = (answer(memory, key, value, 0.5, delta) - memory).norm()
    return compare.at_most(moved, 0.5 * delta * key.norm(), what="how far the memory moved")


@law(
    "no favoured direction", "Turn the values, and memory and write turn with them.", cases=_turned
)
def _blind(answer, *, memory, key, value, delta, turn):
    one = answer(memory, key, value, 0.5, delta) @ turn
    other = answer(memory @ turn, key, value @ turn, 0.5, delta)
    return compare.against(other, one, what="the memory of turned values")


@law("downhill", "It is a step down the gradient of Huber's loss.", cases=_writes)
def _downhill(answer, *, memory, key, value, delta):
    weights = memory.clone().requires_grad_()
    loss = HuberError(delta).of(key @ weights, value)
    wanted = memory - 0.5 * torch.autograd.grad(loss, weights)[0]
    return compare.against(answer(memory, key, value, 0.5, delta), wanted, what="the memory")


BOUNDED_WRITE = Task(
    name="bounded-write",
    title="A value that shouts",
    kind="implement",
    difficulty=1,
    minutes=20,
    statement=r"""
One value in ten is nonsense, and far off. The delta rule believes it: the further off, the harder
it pushes. Write `bounded_write(memory, key, value, rate, delta)`, which returns the memory after a
step down the gradient of Huber's loss: half the squared length of the error while that length is
below `delta`, and linear in it from there on. Memory is (key, value), read by $M^\top k$; the key
may have any length. Do it without anything of attnkit and without autograd. With
$\delta = {delta}$: how far can one token move the memory, and what would have to hold for a loss
so that no token can move it further than some bound?
""",
    hints=(
        "What is the gradient of the length of a vector, and how long is it?",
        "The write is key times error, as ever; only the error's length is capped, nothing else.",
        "Multiply the error by the smaller of 1 and delta over its length; mind an error of zero.",
    ),
    placeholder='''
def bounded_write(memory, key, value, rate, delta):
    """The memory (key, value) after one bounded write."""
    return torch.full_like(memory, float("nan"))
''',
    laws=(_delta_rule, _bounded, _blind, _downhill),
    library={},
    autograd=False,
    variants={"delta": (0.3, 0.5, 0.8)},
)
