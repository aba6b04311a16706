"""Thirty passages, each once, from a few words to some four hundred tokens."""

import pytest

from attnkit.trained import encoder, passages
from tests.trained.models import needs_encoder


def test_there_are_thirty_and_none_twice():
    assert len(set(passages())) == 30
    assert all(text == text.strip() and "* * *" not in text for text in passages())
    counts = [len(text.split()) for text in passages()]
    assert min(counts) == 4
    assert max(counts) < 410


@needs_encoder
def test_their_tokens_reach_from_eight_to_four_hundred():
    counts = [len(encoder().tokens(text)) for text in passages()]
    assert (min(counts), max(counts)) == (8, pytest.approx(400, abs=5))
