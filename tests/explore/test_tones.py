"""The six tones of the marks: told apart by every reader, legible in both themes."""

import itertools

import numpy as np
import pytest

from attnkit.explore.marks import TONES

# Machado, Oliveira and Fernandes (2009), full severity, on linear RGB.
VISION = {
    "full": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
TO_XYZ = np.array(
    [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]],
)
WHITE = TO_XYZ.sum(axis=1)
PAGES = {"light": "#f5f5f5", "white": "#ffffff", "dark": "#14181e", "dark surface": "#29313d"}


def linear(colour: str) -> np.ndarray:
    share = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    """CIE L*a*b*, in which a distance of about ten is seen at a glance."""
    x, y, z = np.cbrt(TO_XYZ @ np.clip(rgb, 1e-3, 1) / WHITE)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("vision", VISION)
def test_every_pair_is_told_apart(vision):
    seen = {name: lab(np.array(VISION[vision]) @ linear(tone)) for name, tone in TONES.items()}
    for one, other in itertools.combinations(TONES, 2):
        assert np.linalg.norm(seen[one] - seen[other]) > 15, (one, other)


@pytest.mark.parametrize("page", PAGES)
def test_every_tone_stands_out_from_the_page(page):
    behind = TO_XYZ[1] @ linear(PAGES[page])
    for name, tone in TONES.items():
        light, dark = sorted((TO_XYZ[1] @ linear(tone), behind), reverse=True)
        assert (light + 0.05) / (dark + 0.05) > 2.6, name
