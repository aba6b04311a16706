"""Two time scales: two memories that share one error, and still one delta rule over trials."""

from dataclasses import dataclass

import torch

from attnkit.arguments import checked
from attnkit.memory.delta.chunkwise import delta_rule
from attnkit.memory.shared.rule import LinearRule, Rate, Share

__all__ = ["TwoTimescales"]


@checked
@dataclass(frozen=True)
class TwoTimescales(LinearRule):
    """Two memories, slow and fast, that fade apart and share one error: (2, cue).

    As attention: one delta rule of rate one over keys (√b₁ x, √b₂ x), each half with its decay.

    Raises
    ------
    ValueError, TypeError
        A rate outside [0, 2], another number outside [0, 1], or no number; from `attend`,
        sequences that no memory takes.

    References
    ----------
    Smith, Ghazizadeh and Shadmehr 2006, two processes of one error; as attention derived here.
    """

    rates: tuple[Rate, Rate] = (0.03, 0.15)
    retentions: tuple[Share, Share] = (0.9995, 0.9)

    def begin(self, n_cues):
        return torch.zeros(2, n_cues, dtype=torch.float64)

    def update(self, memory, present, outcome):
        faded = memory * memory.new_tensor(self.retentions)[:, None]
        error = outcome - (faded @ present).sum()
        return faded + memory.new_tensor(self.rates)[:, None] * present * error

    def predict(self, memory, probes):
        return probes @ memory.sum(0)

    def attend(self, queries, keys, values):
        scales = keys.new_tensor(self.rates).sqrt().repeat_interleave(keys.shape[-1])
        decays = keys.new_tensor(self.retentions).log().repeat_interleave(keys.shape[-1])
        queries, keys = (torch.cat([t, t], -1) * scales for t in (queries, keys))
        rate = torch.ones_like(keys[..., 0])
        return delta_rule(queries, keys, values, rate, log_decay=decays.expand_as(keys))[0]
