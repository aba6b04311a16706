"""Whether the exact forms of a memory agree: at odd lengths, padded anywhere, cut anywhere.

A form is a function of queries, keys, values (time, feature) and gates (time,) by name, and of
`mask` and `initial_state`; it gives its output and the state it hands on.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from typing import NamedTuple

import torch
from torch import Tensor

from attnkit.cards.mechanism import Mechanism
from attnkit.cards.searches import Seen
from attnkit.cards.tokens import random_tokens, tensors_of

__all__ = ["agree"]

CLOSE = 1e-11
LENGTHS = (1, 31, 63, 65)
LONG = 1000  # values and states alone, without gradients
CUTS = (1, 29, 64)
PADDED = {"left": (0, 1, 2), "in the middle": (7, 8, 31, 32, 50), "right": (62, 63, 64)}

Form = Callable[..., tuple]


class Trial(NamedTuple):
    """How a form is run, what it makes, and what it must equal."""

    how: str
    made: Callable[[Form], list[Tensor]]
    wanted: Callable[[], list[Tensor]]


def agree(mechanism: Mechanism, declared: Mapping[str, str]) -> Seen:
    """Its own function and each form, whole, cut and padded, against its own function whole."""
    own = _form(mechanism, mechanism.function)
    trials = list(_trials(mechanism, own))
    worst = 0.0
    for name in ("its own", *declared):
        form = own if name == "its own" else _form(mechanism, mechanism.forms[name])
        for trial in trials:
            apart = _apart(trial.made(form), trial.wanted())
            if not apart <= CLOSE:
                return Seen(False, f"{name} with {trial.how} is off by {apart:.1g}")
            worst = max(worst, apart)
    what = "values, states and gradients agree, cut and padded too,"
    return Seen(True, f"{what} to {worst:.1g} at up to {LONG} tokens")


def _form(mechanism: Mechanism, function: Callable) -> Form:
    def form(queries: Tensor, keys: Tensor, values: Tensor, **named: object) -> tuple:
        return mechanism.run(function, queries, keys, values, named)

    return form


def _apart(made: list[Tensor], wanted: list[Tensor]) -> float:
    """The largest difference over the largest number, or over one; infinite for other shapes."""
    if [t.shape for t in made] != [t.shape for t in wanted]:
        return float("inf")
    sizes = [tensor.abs().max().clamp_min(1) for tensor in wanted]
    pairs = zip(made, wanted, sizes, strict=True)
    return float(
        torch.stack([(one - other).abs().max() / size for one, other, size in pairs]).max()
    )


def _trials(mechanism: Mechanism, own: Form) -> Iterator[Trial]:
    """Every trial of a form; what its own function makes is computed once for all forms."""
    for n in (*LENGTHS, LONG):
        run = partial(_run, inputs=_inputs(mechanism, n), gradients=n != LONG)
        yield Trial(f"{n} tokens", run, cache(partial(run, own)))
    run = partial(_run, inputs=_inputs(mechanism, LENGTHS[-1]))
    whole = cache(partial(run, own))
    for cut in CUTS:
        yield Trial(f"a cut after {cut}", partial(_after, run, _in_two, cut), whole)
    for place, hidden in PADDED.items():
        counts = torch.ones(LENGTHS[-1], dtype=torch.bool)
        counts[list(hidden)] = False
        short = cache(partial(run, _without(own, counts)))
        yield Trial(f"padding {place}", partial(_after, run, _padded, counts), short)


def _after(run: Callable, change: Callable, how: int | Tensor, form: Form) -> list[Tensor]:
    """What a form makes that is changed first."""
    return run(change(form, how))


def _in_two(form: Form, cut: int) -> Form:
    """The first tokens, then the others from the state that these leave."""

    def cut_form(*tokens: Tensor, **gates: Tensor) -> tuple:
        before, state = form(*(t[:cut] for t in tokens), **{n: g[:cut] for n, g in gates.items()})
        rest = {name: gate[cut:] for name, gate in gates.items()}
        after, state = form(*(t[cut:] for t in tokens), **rest, initial_state=state)
        return torch.cat([before, after], -2), state

    return cut_form


def _padded(form: Form, counts: Tensor) -> Form:
    """With NaN in place of all that does not count, which the mask leaves out."""

    def padded_form(*tokens: Tensor, **gates: Tensor) -> tuple:
        blank = [t.masked_fill(~counts[:, None], float("nan")) for t in tokens]
        blank_gates = {n: gate.masked_fill(~counts, float("nan")) for n, gate in gates.items()}
        return form(*blank, **blank_gates, mask=counts)

    return padded_form


def _without(own: Form, counts: Tensor) -> Form:
    """The tokens that count, alone; zeros are read at the others."""

    def short_form(*tokens: Tensor, **gates: Tensor) -> tuple:
        left = {name: gate[counts] for name, gate in gates.items()}
        read, state = own(*(t[counts] for t in tokens), **left)
        return read.new_zeros(tokens[-1].shape).index_put((counts,), read), state

    return short_form


def _inputs(mechanism: Mechanism, n: int) -> tuple[list[Tensor], dict[str, Tensor]]:
    """Tokens and gates of this length, always the same."""
    generator = torch.Generator().manual_seed(1)
    chances = torch.rand(n, len(mechanism.gates), generator=generator, dtype=torch.float64)
    return random_tokens(n, positive=mechanism.positive), mechanism.gates_of(chances)


def _made(result: tuple) -> list[Tensor]:
    output, state = result
    return [output, *tensors_of(state)]


def _run(
    form: Form, inputs: tuple[list[Tensor], dict[str, Tensor]], *, gradients: bool = True
) -> list[Tensor]:
    """Output, state, and the gradients of a fixed sum of both by every token and gate."""
    tokens, gates = inputs
    if not gradients:
        return _made(form(*tokens, **gates))
    leaves = [t.clone().requires_grad_() for t in (*tokens, *gates.values())]
    made = _made(form(*leaves[:3], **dict(zip(gates, leaves[3:], strict=True))))
    total = sum((t * torch.arange(t.numel()).view_as(t).cos()).sum() for t in made)
    gradients = torch.autograd.grad(total, leaves, materialize_grads=True)
    return [*(t.detach() for t in made), *gradients]
