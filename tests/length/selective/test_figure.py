"""What the page says of its figure is what the figure computes."""

from attnkit.explore import gallery


def lost(**setting):
    return gallery()["selective-two-queries"].compute(**({"first": 8.0} | setting))["lost"]


def test_unlike_queries_need_twice_the_budget():
    assert lost(cosine=0.0, budget=1) > 0.1
    assert lost(cosine=0.0, budget=2) == 0


def test_like_queries_need_more_than_eight_times():
    assert lost(cosine=0.9, budget=1) > 0.5
    assert lost(cosine=0.99, budget=8) > 0.1
    assert lost(cosine=0.99, budget=1, first=1.0) == 0
