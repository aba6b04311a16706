"""How much of a map the stop words draw, and the punctuation."""

import torch
from torch import Tensor

from attnkit.trained import Capture
from attnkit.trained.experiments.common import real, rounded

__all__ = ["STOP_WORDS", "drawn"]

_LIST = """
a an the this that these those and or but nor so if than as because while until when where who which
what whom whose how why of in on at by to from for with without about into through over under up
down out off again then once here there all any both each few more most other some such no not only
own same too very can will just should could would may might must shall i me my we us our you your
he him his she her it its they them their am is are was were be been being have has had having do
does did doing
"""

STOP_WORDS = frozenset(_LIST.split())
"""The usual function words of English, a hundred and more."""


def kinds(words: list[str]) -> dict[str, Tensor]:
    """Which tokens (token,) are the two ends, stop words, punctuation, or others."""
    ends = torch.zeros(len(words), dtype=torch.bool)
    ends[0] = ends[-1] = True
    stops = torch.tensor([word in STOP_WORDS for word in words])
    marks = torch.tensor([not any(c.isalnum() for c in word) for word in words]) & ~ends
    return {"stop words": stops, "punctuation": marks, "others": ~(ends | stops | marks)}


def drawn(found: Capture, tokens: Tensor) -> dict[str, dict[str, list]]:
    """By kind its share of the tokens between the ends, and of their weight, by layer."""
    received = found.weights.mean(-2)[..., 1:-1]
    shares = received / received.sum(-1, keepdim=True)
    every = kinds(real().words(tokens)).items()
    return {
        name: {
            "tokens": round(chosen[1:-1].float().mean().item(), 4),
            "weight": rounded((shares * chosen[1:-1]).sum(-1).mean(-1), 3),
        }
        for name, chosen in every
    }
