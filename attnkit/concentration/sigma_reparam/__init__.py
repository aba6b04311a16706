"""σReparam: weights whose spectral norm is learned, so that no row of scores grows unseen."""

from attnkit.concentration.sigma_reparam.reparam import SigmaReparam, sigma_reparametrise
from attnkit.concentration.sigma_reparam.rows import centred_norm, norm_ceiling, sharpest_row
from attnkit.concentration.sigma_reparam.spectral import divided_by_spectral_norm

__all__ = [
    "SigmaReparam",
    "centred_norm",
    "divided_by_spectral_norm",
    "norm_ceiling",
    "sharpest_row",
    "sigma_reparametrise",
]
