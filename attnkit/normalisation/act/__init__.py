"""Calibrated attention: sinks after the first are turned down, and others share what they had."""

from attnkit.normalisation.act.act import calibrate_sinks, calibrated_weights

__all__ = ["calibrate_sinks", "calibrated_weights"]
