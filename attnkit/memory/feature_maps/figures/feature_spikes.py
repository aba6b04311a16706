"""What a feature map does to a key: its spike, and what the spike is worth."""

from functools import cache

import numpy as np
import torch

from attnkit.explore import Axis, Explorable, Line, Panel, Readout, Slider, Steps, Values
from attnkit.memory import theory
from attnkit.memory.feature_maps import SharpMap, elu_plus_one, relu_features, taylor_features

__all__ = ["FEATURE_SPIKES"]

COSINES = np.linspace(-1, 1, 61)
SNR_WIDTHS = 2.0 ** np.arange(3, 10)
COORDINATEWISE = {"identity": lambda x: x, "elu": elu_plus_one, "relu": relu_features}


@cache
def fans(d_key: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Normal keys and, for each, queries turned away from it by every cosine; lengths √d."""
    generator = torch.Generator().manual_seed(d_key)
    keys, others = torch.randn(2, 10, d_key, generator=generator, dtype=torch.float64)
    keys = torch.nn.functional.normalize(keys, dim=-1)
    others = torch.nn.functional.normalize(others - (others * keys).sum(-1, True) * keys, dim=-1)
    cosines = torch.from_numpy(COSINES)[:, None, None]
    queries = cosines * keys + (1 - cosines**2).sqrt() * others
    return d_key**0.5 * keys, d_key**0.5 * queries


def profile(feature_map, d_key: int) -> np.ndarray:
    """The mean kernel φ(q)·φ(k) against the cosine of q and k, as a share of the kernel at one."""
    keys, queries = fans(d_key)
    kernel = (feature_map(queries) * feature_map(keys)).sum(-1).mean(-1)
    return (kernel / kernel[-1]).numpy()


@cache
def fixed_profiles(d_key: int) -> dict[str, np.ndarray]:
    """The profiles that no gain changes."""
    maps = {**COORDINATEWISE, "taylor": taylor_features}
    return {f"profile_{name}": profile(f, d_key) for name, f in maps.items()}


@cache
def fixed_ratios() -> dict[str, np.ndarray]:
    """Signal over noise times (n − 1) against key width, in closed form."""
    return {
        f"ratio_{name}": np.array(
            [theory.feature_snr(2, int(d), theory.coordinate_moments(f)) for d in SNR_WIDTHS]
        )
        for name, f in COORDINATEWISE.items()
    }


@cache
def sharp_ratio(d_key: int, gain: float) -> float:
    """Signal over noise times (n − 1) behind the sharp map, measured on 400 normal keys."""
    generator = torch.Generator().manual_seed(0)
    keys = torch.randn(400, d_key, generator=generator, dtype=torch.float64)
    with torch.no_grad():
        features = SharpMap(d_key, gain=gain).double()(keys)
    kernel = features @ features.mT
    signal = kernel.diagonal().mean() ** 2
    noise = kernel.fill_diagonal_(0).square().sum() / (400 * 399)
    return float(signal / noise)


def compute(d_key: float, gain: float) -> Values:
    """Profiles at one width, and ratios over widths."""
    with torch.no_grad():
        sharp = profile(SharpMap(int(d_key), gain=gain).double(), int(d_key))
    return {
        "cosine": COSINES,
        "width": SNR_WIDTHS,
        "profile_sharp": sharp,
        "ratio_sharp": np.array([sharp_ratio(int(d), gain) for d in SNR_WIDTHS[:5]] + [np.nan] * 2),
        "half_sharp": float(np.degrees(np.arccos(np.interp(0.5, sharp, COSINES)))),
        **fixed_profiles(int(d_key)),
        **fixed_ratios(),
    }


FEATURE_SPIKES = Explorable(
    name="feature-spikes",
    title="Feature maps and their spikes",
    compute=compute,
    controls=[
        Steps("d_key", "key width d", (8, 16, 32, 64), default=16, meaning="dimensions of a key"),
        Slider(
            "gain",
            "gain of the sharp map",
            low=0.5,
            high=4.0,
            default=2.0,
            step=0.25,
            meaning="what the softmax over [x, −x] multiplies its input by",
        ),
    ],
    panels=[
        Panel(
            Line("cosine", "profile_identity", label="identity", tone="muted"),
            Line("cosine", "profile_elu", label="elu + 1", tone="value"),
            Line("cosine", "profile_relu", label="ReLU", tone="support"),
            Line("cosine", "profile_taylor", label="second order", tone="second"),
            Line("cosine", "profile_sharp", label="sharp", tone="accent"),
            title="What a key hears of a query",
            x=Axis("cosine of query and key", (-1, 1)),
            y=Axis("kernel / kernel at one", (-0.4, 1.05)),
        ),
        Panel(
            Line("width", "ratio_identity", label="identity", tone="muted"),
            Line("width", "ratio_elu", label="elu + 1", tone="value"),
            Line("width", "ratio_relu", label="ReLU", tone="support"),
            Line("width", "ratio_sharp", label="sharp", tone="accent"),
            title="What the spike is worth",
            x=Axis("key width d", (8, 512), log=True),
            y=Axis("signal / noise × (n − 1)", (1, 1000), log=True),
        ),
    ],
    readouts=[Readout("half_sharp", "sharp map: half height at", "degrees", digits=1)],
    depends={
        ("cosine", "width"): (),
        "ratio_sharp": ("gain",),
        **dict.fromkeys((f"profile_{n}" for n in (*COORDINATEWISE, "taylor")), ("d_key",)),
        **dict.fromkeys((f"ratio_{n}" for n in COORDINATEWISE), ()),
    },
    tolerance=0.03,
    caption="""A positive map hears every key a little, and that little adds up: with elu + 1 the
    ratio stops at 2.1308 however wide the keys. A sharp map hears its own key and is worth its
    width again. Keys are normal; the sharp map is measured on 400 of them.""",
    alt="""Left: kernel against the cosine of query and key for five feature maps. Right: signal to
    noise ratio against key width; identity and the sharp map rise, elu + 1 and ReLU level.""",
)
