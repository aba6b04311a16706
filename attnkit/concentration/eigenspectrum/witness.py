"""What the seventy-two heads of one trained encoder say of traces and spreads."""

import numpy as np

from attnkit.trained import heads

__all__ = ["MEASURES", "rank_correlations", "rank_regression"]

MEASURES = ("normalised_entropy", "output_cosine", "self_weight", "local_focus")


def ranks(numbers: np.ndarray) -> np.ndarray:
    """Places from smallest to largest, centred and of length one; ties as they come."""
    places = numbers.argsort().argsort() - (len(numbers) - 1) / 2
    return places / np.linalg.norm(places)


def rank_correlations(of: str) -> dict[str, float]:
    """Spearman's correlation of "trace" or "eigenvalue_sd" with each measure of a head.

    The matrices are weighted by the covariance of the tokens that enter the layer.
    """
    found = heads()
    return {name: float(ranks(found[f"weighted_{of}"]) @ ranks(found[name])) for name in MEASURES}


def rank_regression(measure: str) -> dict[str, float]:
    """Both ranks against a measure's: what each does while the other stands still, and R²."""
    found = heads()
    causes = [ranks(found[f"weighted_{of}"]) for of in ("trace", "eigenvalue_sd")]
    effect = ranks(found[measure])
    slopes, left, *_ = np.linalg.lstsq(np.stack(causes, 1), effect, rcond=None)
    return {"trace": float(slopes[0]), "spread": float(slopes[1]), "R²": 1 - float(left[0])}
