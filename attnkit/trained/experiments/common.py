"""The pinned encoder and its passages, as every experiment on it takes them."""

from functools import cache
from pathlib import Path

import torch
from torch import Tensor

from attnkit.experiments import ExperimentError
from attnkit.trained import Encoder, encoder, passages
from attnkit.trained.places import VARIABLE, WEIGHTS_SHA256, checksum

__all__ = ["SOURCE", "embedding", "every_passage", "output_weights", "passage", "real", "rounded"]

SOURCE = "Measured here on all-MiniLM-L6-v2 (Wang et al. 2020): one six-layer encoder"


def real() -> Encoder:
    """The encoder whose weights are pinned.

    Raises
    ------
    ExperimentError
        If the environment names another model.
    """
    found = encoder()
    if not _is_pinned(Path(found.model.name_or_path)):
        raise ExperimentError(f"the recorded numbers are of all-MiniLM-L6-v2: unset {VARIABLE}")
    return found


@cache
def _is_pinned(folder: Path) -> bool:
    return checksum(folder) == WEIGHTS_SHA256


def passage(case: dict) -> Tensor:
    """Tokens (token,) of the passage that a case names."""
    return real().tokens(passages()[case["passage"]])


def every_passage() -> dict[str, list[dict]]:
    """One case for each passage; three of them for a quick look."""
    quick, full = (3, 9, 14), range(len(passages()))
    return {"quick": [{"passage": i} for i in quick], "full": [{"passage": i} for i in full]}


def output_weights() -> Tensor:
    """(layer, head, feature, width): what each head's output goes through."""
    layers = [layer.attention.output.dense.weight for layer in real().model.encoder.layer]
    n_heads = real().model.config.num_attention_heads
    return torch.stack([each.detach().T.unflatten(0, (n_heads, -1)) for each in layers])


def embedding(hidden: Tensor) -> Tensor:
    """The sentence's place (width,): the mean of the last states, of length one."""
    return torch.nn.functional.normalize(hidden[-1].mean(0), dim=0)


def rounded(numbers: Tensor | float, digits: int = 4) -> list | float:
    """Numbers to so many significant digits, as they are recorded."""
    if isinstance(numbers, Tensor) and numbers.ndim:
        return [rounded(each, digits) for each in numbers]
    return float(f"{float(numbers):.{digits}g}")
