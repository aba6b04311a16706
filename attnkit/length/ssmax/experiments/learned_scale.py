"""Which scale do short rows teach, and what does it give the needle of a long one?"""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from attnkit.experiments import Experiment
from attnkit.length.shared.needle import needle_rows
from attnkit.length.shared.visible import scaled_softmax

__all__ = ["LEARNED_SCALE"]

START = math.log(32)
"""Every form begins with a scale of one at this log n."""

FORMS: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "constant": lambda learned, n: learned[0].exp() + 0 * n,
    "log n": lambda learned, n: learned[0].exp() * n.log() / START,
    "log n and a constant": lambda learned, n: learned[0].exp() * n.log() / START + learned[1],
}

ROWS = {
    "steady needle": {"gap": 3.0, "spread": 0.5, "needle_spread": 0.0},
    "noisy needle": {"gap": 5.0, "spread": 1.0, "needle_spread": 1.0},
}


def draw(case: dict, n_rows: int, n_keys: int, generator: torch.Generator) -> Tensor:
    """Rows whose needle has a spread of its own."""
    common = {"gap": case["gap"], "spread": case["spread"], "generator": generator}
    rows = needle_rows(n_rows, n_keys, **common)
    rows[:, 0] += case["needle_spread"] * torch.randn(n_rows, generator=generator)
    return rows


def learn(case: dict, generator: torch.Generator) -> Tensor:
    """Two numbers of a form, by the needle's cross-entropy in rows of 8 to 64 keys."""
    learned = torch.zeros(2, requires_grad=True)
    optimiser = torch.optim.Adam([learned], lr=0.05)
    for _ in range(case["steps"]):
        rows = draw(case, 64, 64, generator)
        n_keys = torch.randint(8, 65, (64, 1), generator=generator)
        mask = torch.arange(64) < n_keys
        weights = scaled_softmax(rows, lambda n: FORMS[case["form"]](learned, n), mask)
        loss = -weights[:, 0].log().mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return learned.detach()


def run(case: dict, *, seed: int, device: str) -> dict:
    """Scale, mean weight of the needle and cross-entropy at each length; rows by seed alone."""
    learned = learn(case, torch.Generator().manual_seed(seed))
    found: dict[str, list[float]] = {"scale": [], "weight": [], "loss": []}
    for n in case["lengths"]:
        generator = torch.Generator().manual_seed(1000 + seed)
        rows = draw(case, max(20, min(1000, 2**21 // n)), n, generator)
        scale = FORMS[case["form"]](learned, torch.tensor(float(n)))
        logarithm = (scale * rows).log_softmax(-1)[:, 0]
        for name, number in zip(
            found, (scale, logarithm.exp().mean(), -logarithm.mean()), strict=True
        ):
            found[name].append(float(f"{number.item():.4g}"))
    return found


def _cases(steps: int, lengths: list[int]) -> list[dict]:
    settings = {"steps": steps, "lengths": lengths}
    return [
        {"rows": name, **rows, "form": form, **settings}
        for name, rows in ROWS.items()
        for form in FORMS
    ]


LEARNED_SCALE = Experiment(
    name="length-learned-scale",
    title="A scale learned on rows of up to 64 keys, read at up to 262,144",
    source="derived here; the question is that of Nakanishi 2025",
    cases={
        "quick": _cases(30, [64, 1024]),
        "full": _cases(400, [64, 1024, 16384, 262_144]),
        "paper": _cases(2000, [64, 1024, 16384, 262_144]),
    },
    seeds={"quick": 1, "full": 5, "paper": 10},
    run=run,
)
