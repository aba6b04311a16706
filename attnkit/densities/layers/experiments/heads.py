"""The attentions that are compared, by the names the papers give them."""

import functools

import torch
from torch import Tensor, nn

from attnkit.densities.kernel.kernels import laplace
from attnkit.densities.layers import KernelScore, Mixture, Unimodal, bounded, unbounded
from attnkit.densities.layers.experiments.encoder import ContinuousHeads, SampleHeads

__all__ = ["MEANS", "METHODS", "heads_for"]

_LEAST_WIDTH = 0.03
_N_PANELS = 6


def centred(raw: Tensor, domain: tuple[float, float]) -> Tensor:
    """Unbounded, but starting from the middle: tells the start apart from the bound."""
    return raw + (domain[0] + domain[1]) / 2


MEANS = {"unconstrained": unbounded, "centred": centred, "bounded": bounded}


def _bump(alpha: float, mean: str, n_nodes: int) -> Unimodal:
    return Unimodal(alpha=alpha, location=MEANS[mean], least_width=_LEAST_WIDTH, n_nodes=n_nodes)


def _kernel(alpha: float, n_centers: int, width: float) -> KernelScore:
    kernel = functools.partial(laplace, width=width)
    return KernelScore(torch.linspace(0, 1, n_centers), kernel, alpha=alpha, n_panels=_N_PANELS)


METHODS = {
    "cts softmax": lambda case: _bump(1.0, case["mean"], 48),
    "cts sparsemax": lambda case: _bump(2.0, case["mean"], 48),
    "mixture": lambda case: Mixture(_bump(1.0, case["mean"], 12), n_components=case["components"]),
    "kernel softmax": lambda case: _kernel(1.0, case["centers"], case["width"]),
    "kernel sparsemax": lambda case: _kernel(2.0, case["centers"], case["width"]),
}
"""From a case to the density of a head."""


def heads_for(case: dict, n_features: int) -> nn.Module:
    """The heads of a case; `discrete softmax` attends the kept samples themselves."""
    if case["method"] == "discrete softmax":
        return SampleHeads(n_features, case["heads"])
    return ContinuousHeads(METHODS[case["method"]](case), case["heads"])
