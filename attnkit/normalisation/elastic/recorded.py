"""What claims and figures read of the recorded run."""

from pathlib import Path

from attnkit.experiments.packaged import Packaged

__all__ = ["SUMMARY"]


def of_heads(result: dict) -> dict[str, list[float]]:
    """Each number of the heads, and of the passages, to four digits."""
    found = result["units"][0]["result"]
    return {name: [float(f"{n:.4g}") for n in numbers] for name, numbers in found.items()}


SUMMARY = Packaged(Path(__file__).with_name("recorded.json"), {"normalisation-elastic": of_heads})
