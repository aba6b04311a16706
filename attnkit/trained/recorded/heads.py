"""Numbers of the encoder's seventy-two heads on thirty passages, as they were recorded.

They are read from the package: no model and no results folder is needed.
"""

from pathlib import Path

import numpy as np

from attnkit.experiments.packaged import Packaged

__all__ = ["BINS", "SUMMARY", "by_length", "heads", "heads_by_passage"]

BINS = (0, 30, 80, 160, 300, 512)
"""Lengths in tokens, each bin without its upper end."""

ABOVE = 0.3
_BY_PASSAGE = {"first_share": 3, "first_logit": 2, "word_entropy": 2, "word_variance": 2}
_SPREAD = ("normalised_entropy", "first_share", "self_weight", "local_focus", "output_cosine")


def summarise_heads(result: dict) -> dict:
    """Mean and standard deviation over the passages of every measure, and three tables whole."""
    found = [unit["result"] for unit in result["units"]]
    lengths = np.array([each["n"] for each in found])
    tables = {name: np.array([each[name] for each in found]) for name in found[0] if name != "n"}
    tables["normalised_entropy"] = tables["entropy"] / np.log(lengths)[:, None]
    return {
        "n": lengths.tolist(),
        "mean": {name: _short(table.mean(0)) for name, table in tables.items()},
        "sd": {name: _short(tables[name].std(0, ddof=1)) for name in _SPREAD},
        "by_passage": {
            name: tables[name].round(digits).tolist() for name, digits in _BY_PASSAGE.items()
        },
    }


def summarise_spectra(result: dict) -> dict:
    """The one unit as it is."""
    return result["units"][0]["result"]


def _short(row: np.ndarray) -> list[float]:
    return [float(f"{number:.3g}") for number in row]


SUMMARY = Packaged(
    Path(__file__).with_name("heads.json"),
    {"trained-heads": summarise_heads, "trained-spectra": summarise_spectra},
)


def heads() -> dict[str, np.ndarray]:
    """Return each measure of the seventy-two heads (head,), layer after layer, twelve in each.

    Means over thirty passages: `entropy` and `normalised_entropy` (over log n), `first_share` and
    `last_share` (mean weight of [CLS] and [SEP]), `first_logit` (mean over queries of the log odds
    of [CLS]), `self_weight`, `local_focus` and `local_focus_5`
    (within one and five steps), `output_cosine`, `value_ratio` and `output_ratio` (length of the
    first value over the median one, bare and through the output matrix), `word_entropy` and
    `word_variance` (of the scores without [CLS] and [SEP]). With `_sd`, for some of
    them, the standard deviation over the passages.

    Of the query-key matrices: `trace` and `eigenvalue_sd` of the symmetric part, `norm` (spectral,
    of the whole), `symmetric_share` of the squared entries; with `weighted_` between roots of the
    covariance of the layer's tokens.

    Returns
    -------
    dict of ndarray
        Each of shape (72,).
    """
    recorded = SUMMARY["trained-heads"]
    spread = {f"{name}_sd": row for name, row in recorded["sd"].items()}
    rows = recorded["mean"] | spread | SUMMARY["trained-spectra"]
    return {name: np.array(row) for name, row in rows.items()}


def heads_by_passage() -> dict[str, np.ndarray]:
    """Return four measures of every head and passage, and how many tokens a passage has.

    Returns
    -------
    dict of ndarray
        `n` (passage,); `first_share`, `first_logit`, `word_entropy` and `word_variance` (passage,
        head).
    """
    recorded = SUMMARY["trained-heads"]
    tables = {name: np.array(table) for name, table in recorded["by_passage"].items()}
    return {"n": np.array(recorded["n"])} | tables


def by_length() -> dict[str, np.ndarray]:
    """Return, for each bin of `BINS`, what the first token gets and how many heads give it > 0.3.

    Returns
    -------
    dict of ndarray
        Each of shape (bin,): `low` and `high` ends in tokens, `passages` in the bin, their
        `first_share` (mean over heads), and `heads_above`, whose mean share in the bin is above.
    """
    tables = heads_by_passage()
    places = np.digitize(tables["n"], BINS[1:])
    rows = [tables["first_share"][places == place] for place in range(len(BINS) - 1)]
    return {
        "low": np.array(BINS[:-1]),
        "high": np.array(BINS[1:]),
        "passages": np.array([len(row) for row in rows]),
        "first_share": np.array([row.mean() for row in rows]),
        "heads_above": np.array([(row.mean(0) > ABOVE).sum() for row in rows]),
    }
