"""Fit the projections of every head to the supports of its rows, on some texts."""

from collections.abc import Sequence

import torch
from torch import Tensor

from attnkit.densities import entmax
from attnkit.selection.sparsefinder.projection import Sparsefinder, hinge_loss

__all__ = ["Text", "fitted", "supports"]

Text = tuple[Tensor, Tensor]
"""Queries and keys of one text, (head, token, feature), whose inner products are the scores."""

RATE = 0.01


def supports(queries: Tensor, keys: Tensor) -> Tensor:
    """(..., query, key), true where entmax-1.5 of the same scores gives a weight."""
    return entmax(queries @ keys.mT, 1.5) > 0


def fitted(
    texts: Sequence[Text], n_features: int, *, n_steps: int = 200, seed: int = 0
) -> Sparsefinder:
    """Adam on the hinge loss, one text a step in turn; no step leaves random projections."""
    n_heads, _, d_key = texts[0][0].shape
    generator = torch.Generator().manual_seed(seed)
    finder = Sparsefinder(n_heads, d_key, n_features, generator=generator)
    wanted = [supports(*text) for text in texts]
    optimiser = torch.optim.Adam(finder.parameters(), lr=RATE)
    for step in range(n_steps):
        at = step % len(texts)
        loss = hinge_loss(*finder(*(each.float() for each in texts[at])), wanted[at])
        optimiser.zero_grad()
        loss.sum().backward()
        optimiser.step()
    return finder.requires_grad_(False)
