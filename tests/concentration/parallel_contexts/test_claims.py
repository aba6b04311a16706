"""The claim on joined pieces, seed by seed, and what the figure shows of it."""

import pytest

from attnkit.concentration.parallel_contexts import claims, sink_law, turning_mass
from attnkit.explore import gallery


@pytest.mark.claim("parallel-entropy")
@pytest.mark.parametrize("seed", range(5))
def test_entropy_falls_and_then_grows_like_the_log_of_the_pieces(seed):
    places = {n: claims.drawn(n, seed=seed) for n in (1, 4, 16, 64, 128)}
    for n_sinks, (mass, entropy) in places.items():
        law = sink_law(1024, n_sinks, 8.0, 1.0)
        assert mass == pytest.approx(law.mass, abs=0.02)
        assert entropy == pytest.approx(law.entropy, abs=0.1)
    assert places[4][1] < places[1][1] - 0.3
    assert places[1][0] < turning_mass(8.0, 1.0) < places[16][0]
    slope = (places[128][1] - places[64][1]) / 0.6931
    assert 0.8 < slope < 1.0


def test_weak_sinks_only_lower_it():
    entropies = [claims.drawn(n, seed=0, sink=4.0)[1] for n in (1, 4, 16, 64)]
    assert entropies == sorted(entropies, reverse=True)


def test_the_figure_has_its_dots_near_the_law_and_a_shared_sink_is_constant():
    compute = gallery()["parallel-contexts"].compute
    values = compute(sink=8.0, n=2048)
    laws = dict(zip(values["axis"], values["law"], strict=True))
    for pieces, drawn in zip(values["counts"], values["drawn"], strict=True):
        assert drawn == pytest.approx(laws[pieces], abs=0.12)
    shared = compute(sinks="one shared by all", pieces=64)
    assert set(shared["law"]) == {shared["entropy"]}
    assert shared["drawn"].std() == 0
