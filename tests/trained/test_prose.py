"""Numbers that the page and the captions say in passing."""

import numpy as np
import pytest
import torch

from attnkit.trained import by_length, capture, heads, passages
from attnkit.trained.experiments.common import embedding, real
from attnkit.trained.recorded.interventions import interventions
from attnkit.trained.recorded.laws import sink_places
from tests.trained.models import needs_encoder


def test_sink_heads_by_length():
    assert by_length()["heads_above"][[0, -1]].tolist() == [61, 3]


def test_most_heads_of_layers_2_to_5_give_a_third():
    shares = heads()["first_share"][12:60]
    assert np.median(shares) == pytest.approx(1 / 3, abs=0.05)
    assert (shares > 0.25).mean() > 0.8


def test_what_a_sink_gives_is_thirty_times_shorter():
    assert 25 < 1 / np.median(heads()["output_ratio"][sink_places()]) < 40


def test_the_number_and_the_embedding_that_has_neither_name_nor_place():
    assert interventions("trained-one-number")["number"][0] == pytest.approx(8.1, abs=0.05)
    assert interventions("trained-appointed")["without_cosine"][0, 1:].max() < 0.72


def test_dropping_the_next_heaviest_token_does_more_harm():
    found = interventions("trained-nothing-given")
    assert found["dropped_runner_up"][0] < found["dropped"][0, -1] - 0.02


@needs_encoder
def test_two_passages_have_a_cosine_near_a_tenth():
    texts = passages()[::4]
    found = [capture(real().model, real().tokens(text)).hidden for text in texts]
    places = torch.stack([embedding(hidden) for hidden in found])
    apart = (places @ places.T)[~torch.eye(len(texts), dtype=torch.bool)]
    assert apart.mean().item() == pytest.approx(0.1, abs=0.06)
