"""Two laws of length held against the recorded heads: a key bias that fades, and dispersion."""

from functools import cache

import numpy as np

from attnkit.trained.recorded.heads import heads, heads_by_passage

__all__ = ["SHORT", "fading", "gaussian_entropy", "sink_places"]

SHORT, LONG = 130, 180
"""A bias is fitted on passages below the first length, and held against those from the second."""


def sink_places() -> np.ndarray:
    """The heads (of 72) that give the first token more than 0.3, the mean over passages."""
    return np.flatnonzero(heads()["first_share"] > 0.3)


@cache
def fading() -> dict[str, np.ndarray]:
    """For every head how the log odds of [CLS] follow D − log n.

    Returns
    -------
    dict of ndarray
        Each (72,): `slope` and `level` of the straight line through log odds against log n;
        `bias`, the mean of log odds + log n on short passages; and how far long ones are from
        it, `law_error`, and from the mean log odds of short ones, `constant_error` (root mean
        square).
    """
    tables = heads_by_passage()
    log_n, odds = np.log(tables["n"]), tables["first_logit"]
    slope, level = np.polyfit(log_n, odds, 1)
    short, long = tables["n"] < SHORT, tables["n"] >= LONG
    bias = (odds + log_n[:, None])[short].mean(0)
    from_law = odds[long] - (bias - log_n[long, None])
    from_constant = odds[long] - odds[short].mean(0)
    return {
        "slope": slope,
        "level": level,
        "bias": bias,
        "law_error": np.sqrt(np.square(from_law).mean(0)),
        "constant_error": np.sqrt(np.square(from_constant).mean(0)),
    }


@cache
def gaussian_entropy(n: int, sigmas: tuple[float, ...], n_rows: int = 40) -> np.ndarray:
    """Mean entropy of softmax over n normal scores of each spread, by simulation."""
    rows = np.random.default_rng(0).standard_normal((n_rows, n))
    scores = np.array(sigmas)[:, None, None] * rows
    scores -= scores.max(-1, keepdims=True)
    weights = np.exp(scores)
    total = weights.sum(-1)
    return (np.log(total) - (weights * scores).sum(-1) / total).mean(-1)
