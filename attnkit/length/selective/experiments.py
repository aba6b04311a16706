"""Two like queries learn to look sharply and broadly: with one matrix, and with temperatures."""

import math

import torch
from torch import Tensor

from attnkit.experiments import Experiment

__all__ = ["TWO_QUERIES"]

SHARPNESS = (8.0, 1.0)
WIDTH, N_KEYS = 8, 16


def two_queries(cosine: float) -> Tensor:
    """Two queries (query, feature) of length one."""
    queries = torch.zeros(2, WIDTH)
    queries[0, 0] = 1
    queries[1, :2] = torch.tensor([cosine, math.sqrt(1 - cosine**2)])
    return queries


TEMPERATURES = {
    "none": lambda learned, queries: torch.ones(2),
    "free": lambda learned, queries: learned[:2],
    "bounded": lambda learned, queries: 1 + learned[:2].tanh(),
    "read": lambda learned, queries: queries @ learned,
}
"""From what is learned beside the matrix to the temperature of both queries."""

STARTS = {"none": 0.0, "free": 1.0, "bounded": 0.0, "read": None}


def start(name: str, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """A small random matrix, and what else is learned; unused entries stay zero."""
    matrix = 0.1 * torch.randn(WIDTH, WIDTH, generator=generator)
    learned = torch.zeros(WIDTH)
    if STARTS[name] is None:
        learned = torch.randn(WIDTH, generator=generator) / math.sqrt(WIDTH)
    learned[:2] += STARTS[name] or 0.0
    return matrix.requires_grad_(), learned.requires_grad_()


def run(case: dict, *, seed: int, device: str) -> dict:
    """Norm of everything learned, and the divergence that is left, after so many steps of Adam."""
    generator = torch.Generator().manual_seed(seed)
    keys = torch.randn(N_KEYS, WIDTH, generator=generator) / 2
    along = torch.nn.functional.normalize(torch.randn(WIDTH, generator=generator), dim=0)
    wanted = (torch.tensor(SHARPNESS)[:, None] * (keys @ along)).log_softmax(-1)
    matrix, learned = start(case["temperature"], generator)
    queries, temperature = two_queries(case["cosine"]), TEMPERATURES[case["temperature"]]
    optimiser = torch.optim.Adam([matrix, learned], lr=0.05)
    for _ in range(case["steps"]):
        scores = temperature(learned, queries)[:, None] * (queries @ matrix @ keys.mT)
        loss = (wanted.exp() * (wanted - scores.log_softmax(-1))).sum()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    norm = math.hypot(matrix.detach().norm().item(), learned.detach().norm().item())
    return {"norm": norm, "divergence": loss.item()}


def _cases(steps: int, cosines: tuple[float, ...]) -> list[dict]:
    return [
        {"temperature": name, "cosine": cosine, "steps": steps}
        for cosine in cosines
        for name in TEMPERATURES
    ]


TWO_QUERIES = Experiment(
    name="length-selective",
    title="Norm of what is learned by two like queries of unlike sharpness, by temperature",
    source="Ours, for Zhang et al. 2024 (arXiv:2411.12892, abstract read)",
    cases={"quick": _cases(200, (0.9,)), "full": _cases(1500, (0.0, 0.9, 0.99))},
    seeds={"quick": 2, "full": 5},
    run=run,
)
