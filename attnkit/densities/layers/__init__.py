"""Attention layers over continuous domains: densities as small objects, one readout for all."""

from attnkit.densities.layers.attention import Contexts, ContinuousAttention, Readout
from attnkit.densities.layers.kernel_score import KernelScore, UnresolvedDensity
from attnkit.densities.layers.measures import MovingNodes, SharedNodes
from attnkit.densities.layers.parameters import bounded, unbounded
from attnkit.densities.layers.plane import Elliptical
from attnkit.densities.layers.unimodal import Mixture, Unimodal

__all__ = [
    "Contexts",
    "ContinuousAttention",
    "Elliptical",
    "KernelScore",
    "Mixture",
    "MovingNodes",
    "Readout",
    "SharedNodes",
    "Unimodal",
    "UnresolvedDensity",
    "bounded",
    "unbounded",
]
