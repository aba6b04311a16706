"""How far random stacks of layers have collapsed, by mask and by what stands around a layer."""

from attnkit.concentration.rank_collapse.stacks import AROUND, MASKS, alike, random, run
from attnkit.diagnostics import rank_residual
from attnkit.experiments import Experiment

__all__ = ["STACKS"]

SOURCE = "Wu et al. 2024, arXiv:2405.18781, figures by their captions only; settings are ours"
DEPTHS = (4, 16, 32, 64, 128)


def run_stack(case: dict, *, seed: int, device: str) -> dict:
    """Rank residuals at a few depths; 1e-16 is round-off, not a limit."""
    matrix = random if case["beta"] is None else alike(case["beta"])
    depth = case["depth"]
    left = rank_residual(run(matrix, case["mask"], case["around"], depth, seed=seed))
    return {str(at): left[at].item() for at in DEPTHS if at <= depth}


def _cases(masks: tuple[str, ...], betas: tuple[float, ...], depth: int) -> list[dict]:
    by_mask = [(mask, around, None) for mask in masks for around in AROUND]
    by_likeness = [("full", around, beta) for around in AROUND for beta in betas]
    names = ("mask", "around", "beta")
    return [
        dict(zip(names, values, strict=True)) | {"depth": depth} for values in by_mask + by_likeness
    ]


STACKS = Experiment(
    name="concentration-rank-collapse",
    title="Rank residual of random stacks, by mask and what stands around a layer",
    source=SOURCE,
    cases={
        "quick": _cases(("full", "causal"), (1.0,), 16),
        "full": _cases(tuple(MASKS), (0.5, 1.0, 2.0, 3.0), 128),
    },
    seeds={"quick": 2, "full": 8},
    run=run_stack,
)
