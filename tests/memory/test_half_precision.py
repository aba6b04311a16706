"""Half precision in every exact form of every memory with a card: computed in float32."""

import pytest
import torch

from attnkit.cards import cards, mechanisms
from attnkit.cards.tokens import random_tokens

HALVES = pytest.mark.parametrize("half", [torch.float16, torch.bfloat16])
FORMS = [
    pytest.param(mechanism, form, id=f"{mechanism.name}-{name}")
    for card in cards()
    for mechanism in mechanisms(card)
    if mechanism.forms
    for name, form in {"its own": mechanism.function, **mechanism.forms}.items()
]


@HALVES
@pytest.mark.parametrize(("mechanism", "form"), FORMS)
def test_a_form_of_half_precision_is_near_that_of_the_same_numbers(mechanism, form, half):
    generator = torch.Generator().manual_seed(0)
    gates = mechanism.gates_of(torch.rand(11, len(mechanism.gates), generator=generator))
    tokens = [t.to(half) for t in random_tokens(11, positive=mechanism.positive)]
    gates = {name: gate.to(half) for name, gate in gates.items()}
    wide = {name: gate.float() for name, gate in gates.items()}
    wanted, _ = mechanism.run(mechanism.function, *(t.float() for t in tokens), wide)
    output, _ = mechanism.run(form, *tokens, gates)
    assert output.float().allclose(wanted, atol=0.02, rtol=0.02)
    assert output.dtype in (half, torch.float32)
