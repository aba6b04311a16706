"""Entropy-ABF: beyond the length of training the scores grow with the logarithm of the length."""

from attnkit.length.entropy_abf.entropy_abf import entropy_abf_scale, entropy_abf_weights

__all__ = ["entropy_abf_scale", "entropy_abf_weights"]
