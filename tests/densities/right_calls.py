"""Right calls of every public callable of the densities, for `tests.fuzz`."""

import functools

import torch
from torch.distributions import Normal

import attnkit
from attnkit import densities as d
from attnkit.densities import clocks
from attnkit.densities.alpha_family import line
from attnkit.densities.kernel import existence as ex
from attnkit.densities.kernel import kernels
from attnkit.densities.kernel.objective import objective
from attnkit.densities.layers import bounded, unbounded
from attnkit.densities.values import RadialBasis, RidgeValueFunction
from tests.fuzz import Call

F64 = torch.float64
NO_MASS = {"minus inf"}


def square(points):
    """A smooth function of points on the line."""
    return points.square()


def shares(n_nodes=5):
    """Nodes' masses and a score for each."""
    return {"score": torch.randn(2, n_nodes), "masses": torch.rand(n_nodes) + 0.1, "alpha": 1.5}


def on_line():
    """A density on the line by three numbers, and a function."""
    return {
        "function": square,
        "location": torch.randn(3, dtype=F64),
        "score_variance": torch.rand(3, dtype=F64) + 0.5,
        "alpha": 1.5,
    }


def kernel_density():
    """Coefficients, centers and the rest of a kernel density."""
    return {
        "coefficients": torch.randn(2, 3, dtype=F64),
        "centers": torch.rand(3, dtype=F64),
        "kernel": functools.partial(kernels.gaussian, width=0.2),
        "alpha": 1.5,
    }


def basis():
    """Five bumps on the unit interval."""
    return RadialBasis.on_grid(5, (0.2,))


def fitted():
    """A function fitted to seven samples."""
    return RidgeValueFunction(basis()).fit(torch.linspace(0, 1, 7), torch.randn(7, 2))


def layer_call(density, n_parameters):
    """The call of one head's density."""
    return Call(
        lambda parameters: tuple(density.forward(parameters)),
        lambda: {"parameters": torch.randn(2, 3, n_parameters)},
        means={"parameters": {"huge"}},
        name=f"attnkit.densities.{type(density).__name__}.forward",
    )


SCORES_MEAN = {"scores": NO_MASS, "alpha": {"huge"}, "mask": {"none"}}
LINE_MEANS = {key: {"huge"} for key in ("score_variance", "alpha", "points", "location")}

FINITE = [
    Call(attnkit.entmax, lambda: {"scores": torch.randn(3, 5), "alpha": 1.5, "dim": -1,
                                  "mask": torch.rand(3, 5) > 0.3}, means=SCORES_MEAN),
    Call(attnkit.softmax, lambda: {"scores": torch.randn(3, 5), "dim": -1}, means=SCORES_MEAN),
    Call(attnkit.sparsemax, lambda: {"scores": torch.randn(3, 5), "dim": 0}, means=SCORES_MEAN),
    Call(attnkit.attention, lambda: {"queries": torch.randn(3, 5), "keys": torch.randn(7, 5),
                                     "values": torch.randn(7, 2), "alpha": 1.5,
                                     "mask": torch.rand(3, 7) > 0.3}, means=SCORES_MEAN),
    Call(attnkit.densities.entmax_loss,
         lambda: {"scores": torch.randn(3, 5), "labels": torch.tensor([0, 4, 2]), "alpha": 1.5},
         means=SCORES_MEAN),
    Call(attnkit.densities.fenchel_young_loss,
         lambda: {"scores": torch.randn(3, 5), "targets": torch.full((3, 5), 0.2), "alpha": 1.5},
         means=SCORES_MEAN),
]  # fmt: skip

LINE = [
    Call(function, lambda name=name: {name: torch.rand(5) + 0.3, "alpha": 1.5},
         means={name: {"huge", "tiny"}, "alpha": {"huge"}})
    for function, name in (
        (line.half_support, "score_variance"), (line.threshold, "score_variance"),
        (line.variance, "score_variance"), (line.score_variance_from_variance, "variance"),
        (line.score_variance_from_half_support, "half_support"),
    )
]  # fmt: skip
LINE += [
    Call(function, lambda: {"points": torch.randn(5), "location": torch.randn(5),
                            "score_variance": torch.rand(5) + 4, "alpha": 1.0}, means=LINE_MEANS)
    for function in (line.density, line.log_density)
]  # fmt: skip

FAMILY = [
    Call(
        d.BetaGaussian,
        lambda: {"loc": torch.randn(2, dtype=F64), "scale_matrix": torch.eye(2, dtype=F64),
                 "alpha": 1.5},
        reads=lambda found: getattr(found, "covariance_matrix", found),
        means={"alpha": {"huge"}, "value": {"huge"}, "generator": {"none"}},
        then={
            "log_prob": lambda: {"value": torch.zeros(7, 2)},
            "fenchel_young_loss": lambda: {"value": torch.zeros(7, 2)},
            "rsample": lambda: {"sample_shape": (3,), "generator": torch.Generator()},
            "expectation": lambda: {"function": square, "tolerance": 1e-6},
        },
    ),
    Call(
        d.BetaGaussian,
        lambda: {"loc": torch.randn(3, 1, dtype=F64), "scale_matrix": torch.eye(1, dtype=F64),
                 "alpha": 1.5},
        reads=lambda found: getattr(found, "covariance_matrix", found),
        means={"alpha": {"huge"}, "value": {"huge"}},
        then={
            "cdf": lambda: {"value": torch.randn(7, 3, 1)},
            "icdf": lambda: {"value": torch.rand(7, 3)},
        },
        name="attnkit.densities.BetaGaussian on the line",
    ),
    Call(d.expectation, lambda: on_line() | {"n_nodes": 8}, means=LINE_MEANS),
    Call(d.conditional_expectation, lambda: on_line() | {"n_panels": 3}, means=LINE_MEANS),
    Call(d.adaptive_expectation, lambda: on_line() | {"tolerance": 1e-6, "max_panels": 16},
         means=LINE_MEANS),
]  # fmt: skip

KERNELS = [
    Call(function, lambda: {"s": torch.rand(5), "t": torch.rand(5), "width": 0.3},
         means={"width": {"tiny", "huge"}, "s": {"huge"}, "t": {"huge"}})
    for function in (kernels.gaussian, kernels.laplace, kernels.matern32, kernels.matern52,
                     kernels.hat, kernels.periodic)
]  # fmt: skip
KERNELS += [
    Call(kernels.polynomial, lambda: {"s": torch.rand(5), "t": torch.rand(5), "degree": 2,
                                      "offset": 0.5},
         means={"s": {"huge"}, "t": {"huge"}, "offset": {"huge"}}),
    Call(d.KernelDensity, kernel_density,
         reads=lambda found: found.entropy() if isinstance(found, d.KernelDensity) else found,
         then={
             "prob": lambda: {"points": torch.rand(7)},
             "log_prob": lambda: {"points": torch.full((7,), 0.5)},
             "score": lambda: {"points": torch.rand(7)},
             "expectation": lambda: {"function": square},
             "escort_covariance": lambda: {"first": square, "second": square},
         },
         means={"points": {"huge", "negated"}}),
    *(Call(function, shares,
           means={"score": NO_MASS | {"huge"}, "masses": {"zero", "huge", "tiny"}})
      for function in (d.threshold_normalised, d.threshold, d.divided, d.divided_after_maximum)),
    Call(d.escort, lambda: {"density": torch.rand(2, 5), "masses": torch.rand(5), "alpha": 1.5},
         means={"density": {"huge"}, "masses": {"huge"}}),
    Call(objective, lambda: {"density": torch.rand(2, 5), "score": torch.randn(2, 5),
                             "masses": torch.rand(5), "alpha": 1.5},
         means={"density": {"huge"}, "score": NO_MASS | {"huge"}, "masses": {"huge"}}),
    Call(ex.KernelGrowth, lambda: {"power": 2.0, "factor": 0.5}),
    Call(ex.ExponentialTail, lambda: {"power": 2.0, "rate": 0.5}, means={"power": {"inf"}}),
    Call(ex.PowerTail, lambda: {"power": 2.0}),
    Call(ex.existence, lambda: {"growth": ex.KernelGrowth(2.0), "tail": ex.PowerTail(3.0),
                                "alpha": 1.5, "norm": 0.5},
         means={"norm": {"none"}}),
    Call(ex.truncated_log_mass, lambda: {"score": square, "base": Normal(0.0, 0.3),
                                         "radius": 3.0},
         means={"radius": {"huge", "tiny"}}),
]  # fmt: skip

CLOCKS = [
    Call(clocks.exponential_clock, lambda: {"rate": 2.0}, reads=lambda c: c.slope(torch.rand(3))),
    Call(clocks.hesitating_clock, lambda: {"n_pauses": 2, "depth": 0.5},
         reads=lambda c: c.slope(torch.rand(3))),
    Call(clocks.to_local, lambda: {"clock": clocks.exponential_clock(2.0),
                                   "times": torch.rand(5)}),
    Call(clocks.n_peaks, lambda: {"heights": torch.randn(7)}),
    Call(clocks.warped, lambda: {"density": torch.ones_like,
                                 "clock": clocks.exponential_clock(2.0),
                                 "base": torch.ones_like},
         reads=lambda f: f(torch.rand(3))),
]  # fmt: skip

VALUES = [
    Call(RadialBasis, lambda: {"centers": torch.rand(5), "widths": torch.rand(5) + 0.1},
         then={"__call__": lambda: {"points": torch.rand(7)}}),
    Call(RadialBasis.on_grid, lambda: {"n_centers": 5, "widths": (0.2,)},
         reads=lambda b: [b.centers, b.widths]),
    Call(lambda **given: RidgeValueFunction(basis(), **given), lambda: {"ridge": 0.1},
         name="attnkit.densities.RidgeValueFunction",
         then={"fit": lambda: {"times": torch.rand(7), "samples": torch.randn(7, 2),
                               "mask": torch.rand(7, 2) > 0.2}},
         means={"mask": {"none"}}, reads=lambda f: getattr(f, "coefficients", None)),
    Call(lambda points: fitted().predict(points), lambda: {"points": torch.rand(7)},
         name="attnkit.densities.RidgeValueFunction.predict"),
    Call(d.TabulatedValues, lambda: {"samples": torch.randn(5, 2)},
         then={"__call__": lambda: {"points": torch.rand(7)}}),
    Call(d.PixelValues, lambda: {"image": torch.randn(5, 7, 2)},
         then={"__call__": lambda: {"points": torch.rand(7, 2)}}),
]  # fmt: skip

LAYERS = [
    Call(bounded, lambda: {"raw": torch.randn(5), "domain": (0.0, 2.0)}),
    Call(unbounded, lambda: {"raw": torch.randn(5), "domain": (0.0, 2.0)}),
    Call(d.Unimodal, lambda: {"alpha": 1.5, "least_width": 0.02, "n_nodes": 16}),
    Call(d.Mixture, lambda: {"component": d.Unimodal(), "n_components": 2}),
    Call(d.KernelScore, lambda: {"centers": torch.rand(5),
                                 "kernel": functools.partial(kernels.gaussian, width=0.2),
                                 "alpha": 1.5, "n_panels": 4}),
    Call(d.Elliptical, lambda: {"shape": (5, 7), "alpha": 1.5, "per_pixel": 2}),
    Call(d.ContinuousAttention, lambda: {"density": d.Unimodal()}),
    layer_call(d.Unimodal(), 2),
    layer_call(d.Mixture(d.Unimodal(), n_components=2), 6),
    layer_call(d.KernelScore(torch.linspace(0, 1, 5),
                             functools.partial(kernels.gaussian, width=0.2)), 5),
    layer_call(d.Elliptical((5, 7)), 5),
    Call(lambda **given: tuple(d.ContinuousAttention(d.Unimodal())(**given)),
         lambda: {"parameters": torch.randn(2, 3, 2), "values": lambda t: t.unsqueeze(-1)},
         means={"parameters": {"huge"}}, name="attnkit.densities.ContinuousAttention.forward"),
]  # fmt: skip

CALLS = [*FINITE, *LINE, *FAMILY, *KERNELS, *CLOCKS, *VALUES, *LAYERS]
