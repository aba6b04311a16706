"""The claims on Titans, on more than they measure."""

import pytest

from attnkit.memory.titans import claims


@pytest.mark.claim("titans-between-hebb-and-delta")
def test_closed_gates_leave_the_rules_one_knows():
    assert max(claims.titans_between_hebb_and_delta().values()) < 1e-12


@pytest.mark.claim("titans-chunks-are-the-algorithm")
def test_recall_falls_with_the_chunk_until_one_chunk_holds_all():
    measured = list(claims.titans_chunks().values())
    assert measured[:4] == sorted(measured[:4], reverse=True)
    assert measured[4] > measured[0] + 0.1 > measured[3] + 0.2


@pytest.mark.claim("titans-chunks-are-the-algorithm")
def test_one_chunk_forgets_nothing_and_holds_the_newest_less_well():
    alone, whole = (claims.stored(64, size).mean(0) for size in (1, 64))
    assert alone[-8:].mean() > whole[-8:].mean() + 0.2
    assert whole[:8].mean() > alone[:8].mean() + 0.3
    assert abs(whole[:32].mean() - whole[32:].mean()) < 0.05


@pytest.mark.claim("titans-equal-keys")
def test_a_chunk_of_equal_keys_steps_too_far():
    claims.titans_equal_keys()
    for rate in (0.1, 0.5, 1.0):
        for size in (1, 2, 3, 20):
            assert claims.error_left(rate, size) == pytest.approx(1 - rate * size, abs=1e-12)
