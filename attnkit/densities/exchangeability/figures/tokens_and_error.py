"""A latent function on a circle, read from few and from many tokens."""

import functools

import numpy as np
import torch
from torch import Tensor

from attnkit.densities.exchangeability.kernel_mean import conditional_mean, kernel_mean
from attnkit.explore import Axis, Explorable, Panel, Readout, Slider, Steps, Values
from attnkit.explore.marks import Line, Points

__all__ = ["TOKENS_AND_ERROR"]

LENGTHS = (16, 32, 64, 128, 256, 512)
BANDWIDTHS = (0.005, 0.02, 0.06, 0.2, 0.6)
RIDGES = (0.001, 0.09, 1.0, 10.0)
N_LATENTS, NOISE, N_SHOWN = 8, 0.3, 128
PLACES = torch.linspace(-torch.pi, torch.pi, 97, dtype=torch.float64)


def _circle(angles: Tensor) -> Tensor:
    return torch.stack([angles.cos(), angles.sin()], -1)


@functools.cache
def _latents() -> tuple[Tensor, Tensor, Tensor]:
    """Angles and noisy values (latent, key) of the longest rows, and the truth (latent, place)."""
    generator = torch.Generator().manual_seed(3)
    angles = torch.pi * (2 * torch.rand(N_LATENTS, LENGTHS[-1], generator=generator).double() - 1)
    waves = torch.arange(1, 5).double()
    sizes = torch.randn(2, N_LATENTS, 4, generator=generator).double() / waves

    def truth(at: Tensor) -> Tensor:
        turned = at[..., None] * waves
        parts = sizes[0, :, None] * turned.cos() + sizes[1, :, None] * turned.sin()
        return parts.sum(-1)

    noise = NOISE * torch.randn(angles.shape, generator=generator).double()
    return angles, truth(angles) + noise, truth(PLACES.expand(N_LATENTS, -1))


@functools.cache
def _read(n: int, bandwidth: float, ridge: float | None) -> tuple[Tensor, float]:
    """What the first latent's places read, and the error over all latents."""
    angles, values, wanted = _latents()
    given = (_circle(PLACES).expand(N_LATENTS, -1, -1), _circle(angles[:, :n]), values[:, :n, None])
    if ridge is None:
        found = kernel_mean(*given, bandwidth=bandwidth)[..., 0]
    else:
        found = conditional_mean(*given, bandwidth=bandwidth, ridge=ridge)[..., 0]
    return found[0], (found - wanted).square().mean().item()


def compute(n: float, bandwidth: float, ridge: float) -> Values:
    """Tokens of one latent, both readouts and the truth; their errors against the tokens."""
    angles, values, wanted = _latents()
    n = int(n)
    shown = torch.arange(N_SHOWN) < n
    errors = [[_read(m, bandwidth, r)[1] for m in LENGTHS] for r in (None, ridge)]
    here = LENGTHS.index(n)
    return {
        "place": PLACES.numpy(),
        "truth": wanted[0].numpy(),
        "kernel": _read(n, bandwidth, None)[0].numpy(),
        "embedding": _read(n, bandwidth, ridge)[0].numpy(),
        "key": angles[0, :N_SHOWN].where(shown, torch.nan).numpy(),
        "value": values[0, :N_SHOWN].where(shown, torch.nan).numpy(),
        "length": np.array(LENGTHS, dtype=float),
        "error_kernel": np.array(errors[0]),
        "error_embedding": np.array(errors[1]),
        "now": np.array([float(n)]),
        "kernel_now": errors[0][here],
        "embedding_now": errors[1][here],
        "now_kernel": np.array([errors[0][here]]),
        "now_embedding": np.array([errors[1][here]]),
    }


TOKENS_AND_ERROR = Explorable(
    name="tokens-and-error",
    title="One latent, many tokens",
    compute=compute,
    controls=[
        Steps("n", "tokens n", LENGTHS, default=64, meaning="pairs of key and value"),
        Slider(
            "bandwidth",
            "bandwidth h",
            stops=BANDWIDTHS,
            default=0.06,
            step=0.005,
            meaning="divides the scores",
        ),
        Slider(
            "ridge",
            "ridge ρ",
            stops=RIDGES,
            default=0.09,
            step=0.001,
            meaning="of the conditional mean",
        ),
    ],
    panels=[
        Panel(
            Points("key", "value", tone="muted", size=3),
            Line("place", "truth", label="latent", tone="muted", dash=True),
            Line("place", "kernel", label="kernel mean (softmax)", tone="density"),
            Line("place", "embedding", label="conditional mean", tone="value"),
            x=Axis("angle of the key", (-3.2, 3.2)),
            y=Axis("value", (-3, 3)),
            main=True,
        ),
        Panel(
            Line("length", "error_kernel", label="kernel mean", tone="density"),
            Line("length", "error_embedding", label="conditional mean", tone="value"),
            Points("now", "now_kernel", tone="density", size=7),
            Points("now", "now_embedding", tone="value", size=7),
            x=Axis("tokens", (14, 600), log=True),
            y=Axis("mean squared error", (0.001, 3), log=True),
        ),
    ],
    readouts=[
        Readout("kernel_now", "error, kernel mean"),
        Readout("embedding_now", "error, conditional mean"),
    ],
    depends={
        ("place", "truth", "length"): (),
        ("key", "value", "now"): ("n",),
        ("kernel", "now_kernel", "kernel_now"): ("n", "bandwidth"),
        "error_kernel": ("bandwidth",),
        "error_embedding": ("bandwidth", "ridge"),
    },
    caption="""Let the tokens grow from 16 to 512. At a wide bandwidth the kernel mean's error stops
    falling: its bias stays. The conditional mean goes on, since it knows which keys say the same.
    At a narrow bandwidth the kernel mean follows the nearest key, and the conditional mean reads
    zero where none is near: there the kernel mean wins. A large ridge trusts no token.""",
    alt="""Left, noisy values over the angle of their keys, the latent function and two readouts of
    it; right, mean squared error of both against the number of tokens on logarithmic axes: the
    kernel mean's levels off, the conditional mean's falls.""",
)
