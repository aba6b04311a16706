"""Every mechanism with a card is held to it, law by law: a card dropped in is tested unasked."""

import pytest

from attnkit.cards import LAWS, cards, mechanisms
from attnkit.cards.suite import verify

MECHANISMS = [mechanism for card in cards() for mechanism in mechanisms(card)]
DECLARED = [
    pytest.param(mechanism, law, id=f"{mechanism.name}-{law}")
    for mechanism in MECHANISMS
    for law in mechanism.laws
]


@pytest.mark.parametrize(("mechanism", "law"), DECLARED)
def test_law(mechanism, law):
    finding = verify(mechanism, law)
    assert finding.as_declared, finding


def test_no_two_mechanisms_share_a_name():
    names = [mechanism.name for mechanism in MECHANISMS]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("law", LAWS)
def test_every_law_is_declared_by_some_mechanism(law):
    assert any(law in mechanism.laws for mechanism in MECHANISMS)
