"""Variable-size diffusion: the scale that keeps the entropy's share of log n."""

from attnkit.length.diffusion_scale.diffusion_scale import diffusion_scale, diffusion_scale_weights
from attnkit.length.diffusion_scale.entropies import entropy_keeping_scale, entropy_share

__all__ = ["diffusion_scale", "diffusion_scale_weights", "entropy_keeping_scale", "entropy_share"]
