"""Attention as a posterior mean: what exchangeable tokens tell of the latent that made them."""

from attnkit.densities.exchangeability.kernel_mean import (
    conditional_mean,
    gaussian_scores,
    kernel_mean,
)

__all__ = ["conditional_mean", "gaussian_scores", "kernel_mean"]
