"""The closed form of a lone key's share, against softmax."""

import math

import pytest
import torch

from attnkit.densities import softmax
from attnkit.normalisation import softmax_plus_one
from attnkit.normalisation.sinks import lone_share


@pytest.mark.parametrize("n_rivals", [1, 7, 1009])
@pytest.mark.parametrize("lead", [-3.0, 0.0, 5.0, 90.0])
def test_among_equal_rivals_it_is_softmax(n_rivals, lead):
    scores = torch.zeros(n_rivals + 1, dtype=torch.float64)
    scores[0] = lead
    assert lone_share(lead, n_rivals) == pytest.approx(softmax(scores)[0].item(), rel=1e-12)


def test_without_a_lead_it_is_what_plus_one_leaves_unread():
    weights = softmax_plus_one(torch.zeros(13, dtype=torch.float64))
    assert lone_share(0.0, 13) == pytest.approx(1 - weights.sum().item(), rel=1e-12)


@pytest.mark.parametrize("spread", [0.5, 1.0, 1.5])
def test_among_normal_rivals_it_is_softmax_in_the_mean(spread):
    generator = torch.Generator().manual_seed(0)
    scores = spread * torch.randn(101, 4099, generator=generator, dtype=torch.float64)
    scores[:, 0] = 6.0
    shares = softmax(scores)[:, 0]
    logits = (shares / (1 - shares)).log()
    wanted = 6.0 - math.log(4098) - spread**2 / 2
    assert logits.mean().item() == pytest.approx(wanted, abs=0.05)
    share = lone_share(6.0, 4098, spread)
    assert math.log(share / (1 - share)) == pytest.approx(wanted, abs=1e-12)


def test_what_is_out_of_range_is_refused():
    with pytest.raises(ValueError, match="n_rivals must be in"):
        lone_share(1.0, 0)
    with pytest.raises(ValueError, match="spread must be in"):
        lone_share(1.0, 3, -1.0)
