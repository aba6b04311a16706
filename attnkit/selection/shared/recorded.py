"""What the references catch of a trained encoder's rows: the recorded full run."""

from pathlib import Path

from attnkit.experiments.packaged import Packaged
from attnkit.selection.shared.on_real import recorded_ways

__all__ = ["SUMMARY"]

SUMMARY = Packaged(
    Path(__file__).with_name("recorded.json"), {"selection-references-real": recorded_ways}
)
