"""Permutation invariance made visible: predictions before and after the keys change places."""

from functools import cache

import torch

from attnkit.explore import Axis, Choice, Explorable, Line, Panel, Points, Readout, Steps, Values
from attnkit.random_features.attention import RandomFeatureAttention
from attnkit.random_features.comparators import RandomFeatureDeepSets, RandomFeatureMLP
from attnkit.random_features.pair_functions import AlongKey
from attnkit.random_features.targets import sphere_tokens, target

__all__ = ["KEY_ORDER"]

WIDTH, N_KEYS, N_TRAIN, N_SHOWN = 4, 8, 80, 60


@cache
def _samples() -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    queries, keys = sphere_tokens(N_TRAIN + N_SHOWN, N_KEYS, WIDTH, generator=generator)
    beta = torch.eye(WIDTH, dtype=torch.float64)[0]
    values = target(AlongKey(beta), queries, keys)
    return queries, keys, values / values.std()


@cache
def _learner(name: str):
    makers = {
        "attention": lambda: RandomFeatureAttention(40),
        "deep sets": lambda: RandomFeatureDeepSets(200),
        "multilayer perceptron": lambda: RandomFeatureMLP(200),
    }
    queries, keys, values = _samples()
    return makers[name]().fit(queries[:N_TRAIN], keys[:N_TRAIN], values[:N_TRAIN])


def compute(learner: str, moved: float) -> Values:
    """Predictions with the first `moved` keys in reverse order, against those without."""
    queries, keys = (part[N_TRAIN:] for part in _samples()[:2])
    moved = int(moved)
    shuffled = torch.cat([keys[:, :moved].flip(1), keys[:, moved:]], dim=1)
    model = _learner(learner)
    before, after = model.predict(queries, keys), model.predict(queries, shuffled)
    return {
        "before": before.numpy(),
        "after": after.numpy(),
        "truth": _samples()[2][N_TRAIN:].numpy(),
        "change": float((after - before).abs().max()),
        "error": float((after - _samples()[2][N_TRAIN:]).square().mean()),
    }


def _against(other: str, tone: str, title: str, label: str) -> Panel:
    """Predictions with the keys moved, against something else; equal on the diagonal."""
    ends = (-3.2, 3.2)
    return Panel(
        Line(ends, ends, tone="muted", dash=True),
        Points(other, "after", tone=tone),
        title=f"Prediction {title}",
        x=Axis(label, ends),
        y=Axis("keys in their new order", ends),
        square=True,
    )


KEY_ORDER = Explorable(
    name="order-of-the-keys",
    title="What changes when the keys change places",
    compute=compute,
    controls=[
        Choice(
            "learner",
            "learner",
            ("attention", "deep sets", "multilayer perceptron"),
            default="multilayer perceptron",
            meaning="fitted to 80 samples of the mean of ⟨β,k⟩",
        ),
        Steps(
            "moved",
            "keys reversed",
            (0, 2, 3, 4, 5, 6, 7, 8),
            default=8,
            meaning="the first so many of the eight keys are put in reverse order",
        ),
    ],
    panels=[
        _against("before", "value", "after against before", "keys as they came"),
        _against("truth", "second", "against the truth", "target (the same in every order)"),
    ],
    readouts=[Readout("change", "largest change"), Readout("error", "error over variance")],
    depends={"before": ("learner",), "truth": ()},
    caption="""Sixty fresh samples. Attention and deep sets sum over the keys, so their points never
    leave the diagonal. The multilayer perceptron reads places, and has to learn eight times what
    the others learn once.""",
    alt="""Two scatter plots: predictions after reordering the keys against predictions before, and
    against the truth, each with its diagonal.""",
)
