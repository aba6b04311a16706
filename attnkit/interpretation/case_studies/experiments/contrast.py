"""Does a question's map find the answer, and does it find it better over a general map?"""

import re

import torch
from torch import Tensor
from torch.nn.functional import pad

from attnkit.interpretation.case_studies.experiments.magnets import kinds
from attnkit.interpretation.case_studies.maps import contrast
from attnkit.trained import capture
from attnkit.trained.experiments.common import real

__all__ = ["contrasted"]

GENERAL = "here is a text and there is nothing in particular that we want to know about it " * 3
LEAST, MOST = 4, 8
"""Words that a sentence names at least; sentences of a passage that are asked for at most."""


def contrasted(text: str) -> dict[str, list[list[float]]]:
    """For each sentence: how well a list of its own words, turned round, finds it in the passage.

    The chance that a token of the sentence stands above one of the rest, in each layer: by the map
    of the question, by a general map, and by the contrast of both.
    """
    found: dict[str, list[list[float]]] = {"task": [], "general": [], "contrast": []}
    parts = [real().tokens(each)[1:-1] for each in re.split(r"(?<=[.!?])\s+", text)]
    named = [named_words(part) for part in parts]
    asked = [i for i, words in enumerate(named) if len(words) >= LEAST]
    for i in asked[:MOST] if len(parts) > 2 else []:
        target = torch.cat([torch.full((len(p),), p is parts[i]) for p in parts])
        questions = named[i].flip(0), _general(len(named[i]))
        task, general = (looked_at(each, torch.cat(parts)) for each in questions)
        maps = {"task": task, "general": general, "contrast": contrast(task, general)}
        for name, layers in maps.items():
            found[name].append([round(above(layer, target), 3) for layer in layers])
    return found


def named_words(sentence: Tensor) -> Tensor:
    """Its tokens that are no stop words and no punctuation."""
    return sentence[kinds(["", *real().words(sentence), ""])["others"][1:-1]]


def _general(n_tokens: int) -> Tensor:
    return real().tokens(GENERAL)[1 : 1 + n_tokens]


def looked_at(question: Tensor, body: Tensor) -> Tensor:
    """What the question's tokens look at in the body (layer, token): mean over heads, queries."""
    ends = real().tokens("")
    n, room = len(question), 510 - len(question)
    tokens = torch.cat([ends[:1], question, body[:room], ends[1:]])
    weights = capture(real().model, tokens).weights
    read = weights[..., 1 : 1 + n, 1 + n : -1].mean((1, 2))
    return pad(read, (0, max(len(body) - room, 0)))


def above(scores: Tensor, target: Tensor) -> float:
    """The share of pairs of a target and another token in which the target stands above."""
    inside, outside = scores[target, None], scores[~target]
    return ((inside > outside).float() + (inside == outside).float() / 2).mean().item()
