"""Maps taught on seven passages of a trained encoder, and what they make of the other passages."""

from functools import cache

import torch
from torch import Tensor

from attnkit.experiments import Experiment
from attnkit.linear_time.hedgehog import LearnedMaps, distil
from attnkit.linear_time.hedgehog.features import (
    exponential_features,
    joint_softmax_features,
    signed_softmax_features,
)
from attnkit.linear_time.shared.on_real import imitated
from attnkit.linear_time.shared.rows import divergence, kernel_weights
from attnkit.memory import taylor_features
from attnkit.trained import Capture, capture
from attnkit.trained.experiments.common import SOURCE, passage, real, rounded

__all__ = ["HEDGEHOG_REAL", "PLACES", "QUERY", "SHOWN", "STEPS"]

LENGTHS = range(8, 21)
"""Passages to learn from are drawn among these: 25 to 115 tokens."""

SHOWN, QUERY = 13, 30
"""The passage that is never learned from, 61 tokens, and the query whose rows are kept."""

PLACES = ((0, 2), (1, 8), (2, 9), (1, 11), (0, 7), (5, 6))
"""Layer and head of those rows."""

STEPS = (0, 10, 30, 100, 300)


def relu_features(x: Tensor) -> Tensor:
    """The control, ReLU and a millionth of its own, so that no row is empty."""
    return x.relu() + 1e-6


MAPS = {
    "exponential": (exponential_features, 2),
    "softmax of each sign": (signed_softmax_features, 2),
    "one softmax": (joint_softmax_features, 2),
    "ReLU": (relu_features, 1),
}
WIDTHS = (8, 16, 32, 64, 128)


def run(case: dict, *, seed: int, device: str) -> dict:
    """Of each head, before and after: divergence, entropy, highest key kept; rows on the way."""
    learned = drawn_passages(seed)
    tested = [i for i in case["tested"] if i not in learned]
    if case["map"] == "second order":
        return {"after": _tested(tested, _about_the_mean)}
    map_, each = MAPS[case["map"]]
    generator = torch.Generator().manual_seed(seed)
    maps = LearnedMaps(72, 32, case["features"] // each, map_, generator=generator)
    before, rows = _tested(tested, _imitation(maps)), [_rows(maps)]

    def watch(step: int) -> None:
        if step in STEPS:
            rows.append(_rows(maps))

    passages = [_triple(i) for i in learned]
    distil(maps, passages, n_steps=case["steps"], watch=watch)
    after = _tested(tested, _imitation(maps))
    found = {"learned": learned, "before": before, "after": after}
    return found | {"rows": rows, "scores": rounded(_shown(_read(SHOWN).scores), 4)}


def drawn_passages(seed: int) -> list[int]:
    """Seven passages, never the one that is shown."""
    order = torch.randperm(len(LENGTHS), generator=torch.Generator().manual_seed(seed)).tolist()
    return sorted([LENGTHS[i] for i in order if LENGTHS[i] != SHOWN][:7])


@cache
def _read(index: int) -> Capture:
    return capture(real(), passage({"passage": index}))


def _triple(index: int) -> tuple[Tensor, Tensor, Tensor]:
    """Queries, keys and weights (head, time, ·) of all layers, scaled as `imitated` has them."""
    read = _read(index)
    scale = read.queries.shape[-1] ** -0.25
    tokens = (read.queries * scale, read.keys * scale, read.weights)
    return tuple(each.float().flatten(0, 1) for each in tokens)


def _imitation(maps: LearnedMaps):
    def imitate(queries: Tensor, keys: Tensor) -> Tensor:
        with torch.no_grad():
            made = maps(queries.float().flatten(0, 1), keys.float().flatten(0, 1))
        return made.double().unflatten(0, queries.shape[:2])

    return imitate


def _about_the_mean(queries: Tensor, keys: Tensor) -> Tensor:
    """The second-order polynomial with the keys centred, to compare with."""
    width = queries.shape[-1] ** 0.25  # which the features divide by
    centred = keys - keys.mean(-2, keepdim=True)
    return kernel_weights(taylor_features(queries * width), taylor_features(centred * width))


def _tested(indices: list[int], imitate) -> dict[str, list[float]]:
    """Means over the passages of what `imitated` finds, head by head."""
    found = [imitated(_read(i), imitate) for i in indices]
    return {
        name: rounded(torch.tensor([each[name] for each in found]).double().mean(0))
        for name in found[0]
    }


def _rows(maps: LearnedMaps) -> dict[str, list]:
    """Of the shown passage: some heads' weights for one query, and their mean divergence."""
    queries, keys, weights = _triple(SHOWN)
    with torch.no_grad():
        made = maps(queries, keys)
    apart = divergence(weights, made).mean(-1)
    shown = [12 * layer + head for layer, head in PLACES]
    return {
        "weights": rounded(made[shown, QUERY], 3),
        "divergence": rounded(apart[shown], 3),
        "all": rounded(apart.mean()),
    }


def _shown(tables: Tensor) -> Tensor:
    """The rows that are kept, (place, key), of tables (layer, head, query, key)."""
    return torch.stack([tables[layer, head, QUERY] for layer, head in PLACES])


def _cases(tested: list[int], widths: tuple[int, ...], steps: int) -> list[dict]:
    made = [{"map": "exponential", "features": width} for width in widths]
    made += [{"map": name, "features": 64} for name in [*MAPS][1:]]
    whole = {"map": "second order", "features": 561, "steps": 0}
    return [each | {"steps": steps, "tested": tested} for each in made] + [
        whole | {"tested": tested}
    ]


HEDGEHOG_REAL = Experiment(
    name="linear-time-hedgehog-real",
    title="Feature maps taught the rows of all heads of a trained encoder on seven passages",
    source=SOURCE,
    cases={
        "quick": _cases([8, 13], (8, 64), 20),
        "full": _cases(list(range(2, 26)), WIDTHS, 300),
    },
    seeds={"quick": 1, "full": 3},
    run=run,
)
