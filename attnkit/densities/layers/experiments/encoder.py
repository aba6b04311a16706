"""The classifier of the gestures and warping experiments: only what attention reads decides.

A small convolutional encoder sees the whole series and hands each head its parameters; the class
is a linear function of the heads' contexts alone (Moreno et al. 2022, appendix F).
"""

import torch
from jaxtyping import Float
from torch import Tensor, nn

from attnkit.densities.layers import ContinuousAttention

__all__ = ["Classifier", "ContinuousHeads", "SampleHeads"]

_HIDDEN = 256


class ContinuousHeads(nn.Module):
    """Heads of `attnkit.densities.layers.ContinuousAttention` over a value function."""

    def __init__(self, density: nn.Module, n_heads: int):
        super().__init__()
        self.attention, self.n_heads = ContinuousAttention(density), n_heads
        self.parameters_of = nn.Linear(_HIDDEN, n_heads * density.n_parameters)

    def forward(self, summary: Tensor, values, samples) -> tuple[Tensor, Tensor]:
        """Contexts (series, head, feature) and which heads are dead (series, head)."""
        parameters = self.parameters_of(summary).unflatten(-1, (self.n_heads, -1))
        readout = self.attention(parameters, values)
        return readout.context, readout.dead


class SampleHeads(nn.Module):
    """Heads of ordinary softmax attention over the kept samples, each a key made of time and value.

    samples: times (series, time), values (series, time, feature) and which count (series, time).
    """

    d_key = 16

    def __init__(self, n_features: int, n_heads: int):
        super().__init__()
        self.n_heads = n_heads
        self.queries_of = nn.Linear(_HIDDEN, n_heads * self.d_key)
        self.keys_of = nn.Sequential(
            nn.Linear(n_features + 9, 64), nn.ReLU(), nn.Linear(64, self.d_key)
        )

    def forward(self, summary: Tensor, values, samples) -> tuple[Tensor, Tensor]:
        """Contexts (series, head, feature); no head is ever dead."""
        times, found, counts = samples
        keys = self.keys_of(torch.cat([found, _waves(times)], -1))
        queries = self.queries_of(summary).unflatten(-1, (self.n_heads, -1))
        scores = queries @ keys.mT / self.d_key**0.5
        weights = scores.masked_fill(~counts.unsqueeze(-2), -torch.inf).softmax(-1)
        return weights @ found, torch.zeros_like(weights[..., 0], dtype=torch.bool)


def _waves(times: Float[Tensor, "*batch time"]) -> Float[Tensor, "*batch time 9"]:
    """Time, and sines and cosines of 1, 2, 4 and 8 half turns."""
    phases = times.unsqueeze(-1) * (torch.pi * 2.0 ** torch.arange(4, device=times.device))
    return torch.cat([times.unsqueeze(-1), phases.sin(), phases.cos()], -1)


class Classifier(nn.Module):
    """Encoder, heads and a linear readout of their contexts."""

    def __init__(self, heads: nn.Module, *, n_times: int, n_features: int, n_classes: int):
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Conv1d(n_features, 4, 5),
            nn.ReLU(),
            nn.MaxPool1d(2),
            nn.Flatten(),
            nn.Linear(4 * ((n_times - 4) // 2), _HIDDEN),
            nn.ReLU(),
        )
        self.heads = heads
        self.readout = nn.Linear(heads.n_heads * n_features, n_classes)

    def forward(self, signal: Tensor, values, samples) -> tuple[Tensor, Tensor]:
        """Logits (series, class) and the dead heads; `signal` is (series, time, feature)."""
        context, dead = self.heads(self.encoder(signal.mT), values, samples)
        return self.readout(context.flatten(-2)), dead
