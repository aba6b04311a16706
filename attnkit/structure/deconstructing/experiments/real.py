"""Parts of a trained encoder's attention exchanged afterwards, in one layer or in all."""

import torch
from torch import Tensor

from attnkit.experiments import Experiment
from attnkit.structure.deconstructing.weights import second_order_weights
from attnkit.trained import capture, intervene, passages
from attnkit.trained.experiments.common import (
    SOURCE,
    embedding,
    every_passage,
    passage,
    real,
    rounded,
)

__all__ = ["DECONSTRUCTED_REAL", "EXCHANGES"]

N_LAYERS = 6


def second_order(layer: int, made, **given) -> Tensor:
    """The same scores without the exponential."""
    return second_order_weights(made.scores)


def centred(layer: int, made, **given) -> Tensor:
    """The same, each row's mean score taken off first, which softmax would not notice."""
    return second_order_weights(made.scores - made.scores.mean(-1, keepdim=True))


def static(layer: int, made, *, embedded: Tensor, **given) -> Tensor:
    """Queries and keys of what entered the first layer."""
    own = real().model.encoder.layer[layer].attention.self
    n_heads, _, width = made.queries.shape
    queries, keys = (
        part(embedded).unflatten(-1, (n_heads, width)).transpose(0, 1)
        for part in (own.query, own.key)
    )
    return (queries @ keys.mT / width**0.5).softmax(-1)


def positional(layer: int, made, *, profiles: tuple[Tensor, Tensor], **given) -> Tensor:
    """Of places alone: the head's mean weight by distance, and of the first key, elsewhere."""
    first, by_distance = profiles
    n = made.weights.shape[-1]
    apart = torch.arange(n) - torch.arange(n)[:, None]
    reach = by_distance.shape[-1] // 2
    weights = by_distance[layer][:, apart.clamp(-reach, reach) + reach]
    weights[..., 0] = first[layer][:, None]
    return weights / weights.sum(-1, keepdim=True)


def profiles_of(donor: int) -> tuple[Tensor, Tensor]:
    """Of another passage: (layer, head) mean weight of its first key, and by distance."""
    weights = capture(real().model, passage({"passage": donor})).weights
    n = weights.shape[-1]
    rest = weights[..., 1:]
    reach = n // 2
    means = [rest.diagonal(shift - 1, -2, -1).mean(-1) for shift in range(-reach, reach + 1)]
    return weights[..., 0].mean(-1), torch.stack(means, -1)


def uniform(layer: int, made, **given) -> Tensor:
    """Every token alike."""
    return torch.full_like(made.weights, 1 / made.weights.shape[-1])


def itself(layer: int, made, **given) -> Tensor:
    """No other token: what is left is elementwise."""
    return torch.eye(made.weights.shape[-1]).expand_as(made.weights)


EXCHANGES = {
    each.__name__.replace("_", " "): each
    for each in (second_order, centred, static, positional, uniform, itself)
}


def run(case: dict, *, seed: int, device: str) -> dict:
    """For each exchange 1 − cosine of the embedding to its own: layer by layer, and in all."""
    with torch.no_grad():
        tokens = passage(case)
        own = capture(real().model, tokens).hidden
        donor = (case["passage"] + 1) % len(passages())
        given = {"embedded": own[0], "profiles": profiles_of(donor)}
        found: dict = {}
        for name, exchange in EXCHANGES.items():
            moved = []
            for where in [{layer} for layer in range(N_LAYERS)] + [{*range(N_LAYERS)}]:

                def change(layer, made, exchange=exchange, where=where):
                    return (exchange(layer, made, **given), made.values) if layer in where else None

                hidden = intervene(real().model, tokens, change)
                moved.append(rounded(1 - embedding(own) @ embedding(hidden), 4))
            found[name] = moved
    return found


DECONSTRUCTED_REAL = Experiment(
    name="structure-deconstructing-real",
    title="A trained encoder's embedding with a part of its attention exchanged",
    source=SOURCE,
    cases=every_passage(),
    seeds={"quick": 1, "full": 1},
    run=run,
)
