"""Kinds of layer: what each can see, and what it cannot."""

import pytest
import torch

from attnkit.experiments import global_seed
from attnkit.structure.deconstructing import KINDS, Switchboard, second_order_weights

SIZES = {"vocabulary": 13, "n_answers": 5, "width": 8, "n_heads": 2, "n_tokens": 11}
MIXING = [name for name in KINDS if name not in ("elementwise", "nothing")]


def model(*kinds):
    with global_seed(0):
        return Switchboard(kinds, **SIZES).double()


def tokens(seed=0):
    return torch.randint(13, (3, 7), generator=torch.Generator().manual_seed(seed))


def layer(kind):
    with global_seed(1):
        return KINDS[kind](8, 2, 11).double()


def states(seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(3, 7, 8, generator=generator, dtype=torch.float64)


@pytest.mark.parametrize("kind", KINDS)
def test_a_token_sees_itself_and_those_before_it(kind):
    made, changed = model(kind, kind), tokens()
    changed[:, 4] = (changed[:, 4] + 1) % 13
    there, then = made(tokens()), made(changed)
    assert torch.equal(there[:, :4], then[:, :4])
    assert (there[:, 4] != then[:, 4]).any()
    assert torch.equal(there[:, 5:], then[:, 5:]) == (kind not in MIXING)


@pytest.mark.parametrize("kind", MIXING)
def test_a_layer_reads_its_values_by_loops(kind):
    made, hidden, embedded = layer(kind), states(), states(1)
    scores = made.scores(hidden, embedded).expand(3, 2, 7, 7)
    values = made.values(hidden).unflatten(-1, (2, 4))
    read = torch.zeros_like(values)
    for i in range(7):
        seen = scores[:, :, i, : i + 1]
        weights = second_order_weights(seen) if kind == "second order" else seen.softmax(-1)
        read[:, i] = torch.einsum("bhk,bkhf->bhf", weights, values[:, : i + 1])
    torch.testing.assert_close(made(hidden, embedded), made.output(read.flatten(-2)))


@pytest.mark.parametrize("kind", ["positional", "fixed"])
def test_blind_scores_know_no_token(kind):
    made = layer(kind)
    assert torch.equal(made.scores(states(), states()), made.scores(states(1), states(2)))
    learned = {name for name, each in made.named_parameters() if "places" in name}
    assert bool(learned) == (kind == "positional")


def test_static_scores_know_the_embeddings_alone():
    made = layer("static")
    assert torch.equal(made.scores(states(), states(2)), made.scores(states(1), states(2)))
    assert not torch.equal(made.scores(states(), states(1)), made.scores(states(), states(2)))


def test_a_static_first_layer_is_standard():
    assert torch.equal(model("static", "fixed")(tokens()), model("standard", "fixed")(tokens()))
    two = model("standard", "static")(tokens()), model("standard", "standard")(tokens())
    assert not torch.equal(*two)


def test_without_a_layer_a_token_is_itself_and_its_place():
    made = model()
    alone = made(tokens()[:, :1])
    assert torch.equal(alone, made(tokens())[:, :1])
    assert model("nothing")(tokens()[:, :0]).shape == (3, 0, 5)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kinds": ["standard", "magic"]}, "kinds must be of .* got 'magic'"),
        ({"n_heads": 3}, "n_heads must divide width = 8, got 3"),
    ],
)
def test_what_does_not_fit_is_named(change, message):
    with pytest.raises(ValueError, match=message):
        Switchboard(**({"kinds": ["standard"]} | SIZES | change))


def test_tokens_that_do_not_fit_are_named():
    with pytest.raises(ValueError, match="tokens must be at most 11, got 12"):
        model("fixed")(torch.zeros(1, 12, dtype=torch.int64))
    with pytest.raises(ValueError, match=r"tokens must be in \[0, 12\], got 13"):
        model("fixed")(torch.full((1, 3), 13))
    with pytest.raises(ValueError, match=r"tokens must be in \[0, 12\], got -1"):
        model("fixed")(torch.tensor([[3, -1, 5]]))
