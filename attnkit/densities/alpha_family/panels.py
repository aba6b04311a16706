"""Panels of [0, 1]: which, and how many, an integrand needs is for its error to say."""

from collections.abc import Callable

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.densities.alpha_family.gauss_rules import legendre_rule

__all__ = ["Panels", "even_panels", "panel_nodes", "refined_panels"]

Panels = Float[Tensor, "panel 2"]


def even_panels(n_panels: int, like: Tensor) -> Panels:
    """[0, 1] in equal parts, as pairs (start, stop)."""
    corners = torch.linspace(0, 1, n_panels + 1, dtype=like.dtype, device=like.device)
    return torch.stack([corners[:-1], corners[1:]], dim=-1)


def panel_nodes(
    panels: Panels, n_nodes: int
) -> tuple[Float[Tensor, "panel node"], Float[Tensor, "panel node"]]:
    """Gauss-Legendre nodes and weights of every panel."""
    nodes, weights = (part.to(panels) for part in legendre_rule(n_nodes))
    start, length = panels[:, :1], panels[:, 1:] - panels[:, :1]
    return start + length * (1 + nodes) / 2, length * weights / 2


def refined_panels(
    panels: Panels,
    error: Callable[[Panels], Float[Tensor, " panel"]],
    *,
    tolerance: float,
    max_panels: int,
) -> Float[Tensor, "finer 2"]:
    """Halve every panel whose error is above the tolerance, until none is or there are enough.

    `error` is asked about new panels only. Never more than max_panels come back.
    """
    settled, waiting = [], panels
    while len(waiting):
        bad = error(waiting) > tolerance
        n_after = sum(map(len, settled)) + len(waiting) + int(bad.sum())
        if n_after > max_panels:
            return torch.cat([*settled, waiting])
        settled.append(waiting[~bad])
        start, stop = waiting[bad].unbind(-1)
        middle = (start + stop) / 2
        waiting = torch.cat([torch.stack(ends, -1) for ends in ((start, middle), (middle, stop))])
    return torch.cat(settled)
