"""What the toy's heads did, from the recorded full-scale run."""

from pathlib import Path

from attnkit.experiments.packaged import Packaged

__all__ = ["SUMMARY", "heads_of", "place_of"]

MEASURES = ("loss", "first", "slot", "row_sum", "first_value")


def place_of(weights: str, begins: bool, share: float) -> str:
    """Where one setting of the toy stands in the summary."""
    return f"{weights} | {'begins' if begins else 'words only'} | {share:g}"


def summarise(result: dict) -> dict[str, dict]:
    """For every setting each head's numbers, and the map of one sequence."""
    table = {}
    for unit in result["units"]:
        case, found = unit["case"], unit["result"]
        place = place_of(case["weights"], case["begins"], case["share"])
        table[place] = {name: found[name] for name in MEASURES}
        table[place] |= {"map": found["map"], "triggers": found["triggers"]}
    return table


SUMMARY = Packaged(Path(__file__).with_name("recorded.json"), {"normalisation-sinks": summarise})


def heads_of(weights: str, begins: bool, share: float) -> dict:
    """The numbers of one setting.

    Raises
    ------
    ValueError
        For a setting that was not run.
    """
    recorded, place = SUMMARY["normalisation-sinks"], place_of(weights, begins, share)
    if place not in recorded:
        raise ValueError(f"weights, begins, share must be one of the settings run, got {place!r}")
    return recorded[place]
