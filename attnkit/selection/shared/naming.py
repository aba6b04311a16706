"""Where names stand beside the ends of curves that lie close together."""

import numpy as np

__all__ = ["apart", "gapped"]


def apart(heights: np.ndarray, gap: float) -> np.ndarray:
    """Heights in their order, moved as little as it takes that names there do not overlap."""
    order = np.argsort(heights, kind="stable")
    moved = heights[order].copy()
    for _ in range(200):
        short = np.maximum(gap - np.diff(moved), 0) / 2
        moved[:-1] -= short
        moved[1:] += short
    placed = np.empty_like(moved)
    placed[order] = np.maximum(moved, 0.02 + gap * np.arange(len(moved)))
    return placed


def gapped(starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Straight lines from starts to ends, one after another with gaps between."""
    return np.stack([starts, ends, np.full(len(starts), np.nan)], -1).ravel()
