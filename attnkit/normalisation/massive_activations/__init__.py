"""Massive activations: one entry that dwarfs the others, the law of its growth, and its size."""

from attnkit.normalisation.massive_activations.fit import Fitted, fit_emergence
from attnkit.normalisation.massive_activations.law import EmergenceLaw, lambert_w
from attnkit.normalisation.massive_activations.ratio import activation_ratio

__all__ = ["EmergenceLaw", "Fitted", "activation_ratio", "fit_emergence", "lambert_w"]
