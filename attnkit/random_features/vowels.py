"""A real test: two Japanese vowels spoken by nine men, from the copy that aeon carries.

Each utterance is 7 to 29 frames of 12 cepstral coefficients (Kudo, Toyama and Shimbo 1999).
Two regressions are made of it: who spoke, from the set of frames, and what the last frame is,
from the frames before it.
"""

import importlib.util
from pathlib import Path
from typing import NamedTuple

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.random_features.inputs import pad_keys

__all__ = ["Task", "forecast_tasks", "load_utterances", "pooled", "speaker_tasks"]

N_FRAMES = 29
SPREAD = 3.5
Utterances = tuple[list[Tensor], Tensor]


class Task(NamedTuple):
    """One split of a regression on sets of frames."""

    queries: Float[Tensor, "sample 12"]
    keys: Float[Tensor, "sample n_keys 12"]
    mask: Bool[Tensor, "sample n_keys"]
    targets: Float[Tensor, "sample target"]


def load_utterances(part: str) -> Utterances:
    """Frames (time, 12) of each utterance and its speaker 0..8; part is "TRAIN" or "TEST".

    Raises
    ------
    ModuleNotFoundError
        If aeon, which carries the file, is not installed.
    FileNotFoundError
        If the installed aeon lacks the file.
    """
    spec = importlib.util.find_spec("aeon")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError('the vowels come with aeon: pip install "attnkit[data]"')
    path = Path(spec.origin).parent / f"datasets/data/JapaneseVowels/JapaneseVowels_{part}.ts"
    if not path.exists():
        raise FileNotFoundError(f"the installed aeon lacks {path.name}; reinstall aeon")
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    start = [line.strip().lower() for line in lines].index("@data") + 1
    frames, speakers = zip(*map(_utterance, lines[start:]), strict=True)
    return list(frames), torch.tensor(speakers)


def _utterance(line: str) -> tuple[Tensor, int]:
    *channels, speaker = line.split(":")
    rows = [[float(number) for number in channel.split(",")] for channel in channels]
    return torch.tensor(rows, dtype=torch.float64).mT, int(speaker) - 1


def _standardised() -> list[Utterances]:
    """Both parts in units of the training frames' deviations, shrunk to about unit length."""
    parts = [load_utterances("TRAIN"), load_utterances("TEST")]
    pool = torch.cat(parts[0][0])
    mean, scale = pool.mean(dim=0), pool.std(dim=0) * SPREAD
    return [([(frames - mean) / scale for frames in part], who) for part, who in parts]


def _padded(sequences: list[Tensor]) -> tuple[Tensor, Tensor]:
    keys, mask = pad_keys([*sequences, sequences[0].new_zeros(N_FRAMES, sequences[0].shape[1])])
    return keys[:-1], mask[:-1]


def speaker_tasks() -> list[Task]:
    """Train and test: query the mean frame, keys all frames, target the speaker as nine 0/1s."""
    return [
        Task(
            torch.stack([frames.mean(dim=0) for frames in part]),
            *_padded(part),
            F.one_hot(speakers, 9).double(),
        )
        for part, speakers in _standardised()
    ]


def forecast_tasks() -> list[Task]:
    """Train and test: query the last known frame, keys those before it, target the next frame."""
    return [
        Task(
            torch.stack([frames[-2] for frames in part]),
            *_padded([frames[:-2] for frames in part]),
            torch.stack([frames[-1] for frames in part]),
        )
        for part, _ in _standardised()
    ]


def pooled(task: Task) -> Float[Tensor, "sample summary"]:
    """What a baseline without attention is given: query, mean, deviation, first and last key."""
    counted = task.mask.unsqueeze(-1)
    n_keys = counted.sum(dim=1)
    mean = task.keys.sum(dim=1) / n_keys
    deviation = ((task.keys - mean[:, None]).square() * counted).sum(dim=1) / n_keys
    last = task.keys[torch.arange(len(task.keys)), n_keys[:, 0] - 1]
    return torch.cat([task.queries, mean, deviation.sqrt(), task.keys[:, 0], last], dim=1)
