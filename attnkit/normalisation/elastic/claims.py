"""What the page on elastic softmax claims, measured or recorded."""

import statistics

import torch
from torch import Tensor

from attnkit.claims import claim
from attnkit.experiments import load
from attnkit.normalisation.elastic.elastic import elastic_softmax
from attnkit.normalisation.elastic.recorded import SUMMARY
from attnkit.normalisation.elastic.theory import share_of_zeros, sum_of_weights

__all__ = ["elastic_silence", "elastic_sum", "elastic_trained", "elastic_zeros"]

SOURCE = "Derived here for the elastic softmax of arXiv:2601.00919"


def normal_rows(n_rows: int, n_keys: int, spread: float, *, seed: int) -> Tensor:
    """Rows of independent normal scores."""
    generator = torch.Generator().manual_seed(seed)
    return spread * torch.randn(n_rows, n_keys, generator=generator, dtype=torch.float64)


@claim("elastic-zeros", source=SOURCE, computes=elastic_softmax)
def elastic_zeros() -> dict[str, float]:
    """Share of zeros among 1,000 rows of scores of spread 1 at an offset of -1, and its limit."""
    shares = {
        f"n = {n}": (elastic_softmax(normal_rows(1000, n, 1.0, seed=0)) == 0).double().mean().item()
        for n in (16, 64, 256, 1024)
    }
    return shares | {"limit": share_of_zeros(torch.ones(1).double()).item()}


@claim("elastic-sum", source=SOURCE, computes=elastic_softmax)
def elastic_sum() -> dict[str, float]:
    """Mean sum of 1,000 rows of 1,024 weights at an offset of -1, and its limit, by spread."""
    found = {}
    for spread in (0.5, 1.0, 1.5):
        sums = elastic_softmax(normal_rows(1000, 1024, spread, seed=1)).sum(-1)
        found[f"spread {spread}"] = sums.mean().item()
        found[f"spread {spread}, limit"] = sum_of_weights(torch.tensor([spread])).item()
    return found


def recorded(begins: bool, name: str) -> list[float]:
    """One number of each seed of the toy."""
    units = load("normalisation-elastic-toy")["units"]
    return [unit["result"][name] for unit in units if unit["case"]["begins"] == begins]


@claim(
    "elastic-silence",
    source="Reproduced here after arXiv:2601.00919 and Gu et al. 2024, in a toy",
    computes=elastic_softmax,
)
def elastic_silence() -> dict[str, float]:
    """Means over ten seeds at an offset of -1, in rows that ask for nothing; and the loss."""
    return {
        f"{words}, {mark}": statistics.fmean(recorded(begins, name))
        for begins, mark in ((False, "without a mark"), (True, "with a mark"))
        for words, name in (("loss", "loss"), ("sum", "row_sum"), ("first token", "first"))
    }


@claim(
    "elastic-trained",
    source="Measured here on one six-layer encoder, all-MiniLM-L6-v2",
    computes=elastic_softmax,
)
def elastic_trained() -> dict[str, float]:
    """Means over 72 heads at an offset of -1, and over 30 passages the cosine of embeddings."""
    names = {
        "zeros": "share of zeros",
        "predicted": "the same, if scores were normal",
        "row_sum": "sum of the weights",
        "first_before": "first token, softmax",
        "first_after": "first token, elastic",
        "cosine_elastic": "cosine of embeddings",
        "cosine_renormalised": "cosine, divided by the sum",
    }
    heads = SUMMARY["normalisation-elastic"]
    return {words: statistics.fmean(heads[name]) for name, words in names.items()}
