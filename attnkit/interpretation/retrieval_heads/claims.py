"""What the page on retrieval heads claims, measured."""

import numpy as np
import torch

from attnkit.claims import claim
from attnkit.interpretation.retrieval_heads.chance import permuted_scores, retrieval_chance
from attnkit.interpretation.retrieval_heads.recorded import SUMMARY, hunts, looks_of_heads
from attnkit.interpretation.retrieval_heads.score import retrieval_scores

__all__ = ["blind_to_readers", "chance_of_a_place", "no_induction_head", "random_rows", "scores"]


def random_rows(n_texts: int, n_keys: int, size: int, seed: int) -> tuple[torch.Tensor, ...]:
    """Three heads that look anywhere while a needle of distinct tokens is written."""
    generator = torch.Generator().manual_seed(seed)
    weights = torch.rand(n_texts, 3, size, n_keys, generator=generator, dtype=torch.float64)
    tokens = torch.rand(n_texts, n_keys, generator=generator).argsort(-1)
    needle = (torch.arange(n_keys) < size).expand(n_texts, n_keys)
    return weights, tokens, tokens[:, :size].clone(), needle


@claim("chance-of-a-copy", source="Derived here", computes=retrieval_chance)
def chance_of_a_place() -> dict[str, float]:
    """Chance times the number of keys, and the same of 200 permutations and of random heads."""
    rows = random_rows(200, 31, 7, 0)
    generator = torch.Generator().manual_seed(1)
    drawn = permuted_scores(*rows, n_draws=200, generator=generator)
    return {
        "formula": 31 * retrieval_chance(*rows).mean().item(),
        "permuted": 31 * drawn.mean().item(),
        "random heads": 31 * retrieval_scores(*rows).mean().item(),
    }


def scores(n_heads: int, haystack: int) -> tuple[np.ndarray, float]:
    """Scores (seed, layer, head), and the highest mean that any head drew by chance."""
    found = hunts(n_heads, haystack)
    return np.array([each["scores"] for each in found]), max(each["highest"] for each in found)


@claim("every-writer-retrieves", source="Measured here; the score is Wu et al.'s", computes=scores)
def writers_and_readers() -> dict[str, float]:
    """Recorded: the least score of layer 2, the largest of layer 1, the highest of chance."""
    found = {}
    for n_heads in (4, 8):
        own, chance = scores(n_heads, 32)
        found |= {
            f"{n_heads} heads, least of layer 2": float(own[:, 1].min()),
            f"{n_heads} heads, largest of layer 1": float(own[:, 0].max()),
            f"{n_heads} heads, chance": chance,
        }
    return found


@claim("the-score-misses-readers", source="Derived here", computes=hunts)
def blind_to_readers() -> dict[str, float]:
    """Recorded: recall whole, without the best head by score, and without the worst of layer 1."""
    found = hunts(4, 32)
    alone = np.array([each["alone"] for each in found])
    return {
        "whole": min(each["by_score"][0] for each in found),
        "without the highest score": min(each["by_score"][1] for each in found),
        "without one of layer 1": float(alone[:, 0].min(-1).max()),
        "without all of layer 2": max(each["by_score"][4] for each in found),
    }


@claim(
    "no-induction-head-in-the-encoder",
    source="Measured here on all-MiniLM-L6-v2",
    computes=looks_of_heads,
)
def no_induction_head() -> dict[str, float]:
    """Recorded: for each relation the best head's median share, and the heads above all chance."""
    found = {}
    for name in ("previous", "next", "same", "follows"):
        told = looks_of_heads(name)
        found[f"{name}, best head"] = float(told["median"].max())
        above = told["above"] >= 0.9 * told["passages"]
        found[f"{name}, heads above chance"] = float(above.sum())
    return found


def real_cosines() -> np.ndarray:
    """Cosines (passage, 2) without the heads that look at the same word, and without others."""
    told = SUMMARY["interpretation-retrieval-heads-real"]["cosine"]
    return np.array([[each["repeating"], each["beside"]] for each in told])
