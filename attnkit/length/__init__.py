"""What happens to the weights as the context grows?"""

from attnkit.length.asentmax import ASEntmax, asentmax_weights
from attnkit.length.diffusion_scale import diffusion_scale_weights
from attnkit.length.entropy_abf import entropy_abf_weights
from attnkit.length.focal import focal_weights
from attnkit.length.selective import SelectiveTemperature, selective_attention, selective_weights
from attnkit.length.softplus import lssa, lssar, reweighted_softplus_weights, softplus_weights
from attnkit.length.ssmax import SSMax, ssmax_attention, ssmax_weights

__all__ = [
    "ASEntmax",
    "SSMax",
    "SelectiveTemperature",
    "asentmax_weights",
    "diffusion_scale_weights",
    "entropy_abf_weights",
    "focal_weights",
    "lssa",
    "lssar",
    "reweighted_softplus_weights",
    "selective_attention",
    "selective_weights",
    "softplus_weights",
    "ssmax_attention",
    "ssmax_weights",
]
