"""What networks that point have sorted, and the parameters of two of them: the recorded run."""

from pathlib import Path

import numpy as np
import torch

from attnkit.experiments.packaged import Packaged
from attnkit.interpretation.pointer.network import PointerNetwork

__all__ = ["SUMMARY", "shares", "trained_network"]

NAMES = {True: "masked", False: "free"}


def _summarise(result: dict) -> dict:
    """For each training the shares (seed, length), and the first seed's parameters."""
    found: dict = {}
    for masked, name in NAMES.items():
        units = [u["result"] for u in result["units"] if u["case"]["masked"] == masked]
        found[name] = {
            way: {
                what: [[n[what] for n in unit[way]] for unit in units] for what in units[0][way][0]
            }
            for way in ("once", "freely")
        }
        found[name]["parameters"] = units[0]["parameters"]
    return found


SUMMARY = Packaged(
    Path(__file__).with_name("recorded.json"), {"interpretation-pointer": _summarise}
)


def shares(training: str, way: str, what: str) -> np.ndarray:
    """Shares (seed, length) for lists of 5, 10, 20 and 40 numbers.

    Raises
    ------
    KeyError
        For a training other than "masked" and "free", a way other than "once" and "freely", and
        anything but "steps", "lists" and "repeats".
    """
    return np.array(SUMMARY["interpretation-pointer"][training][way][what])


def trained_network(training: str) -> PointerNetwork:
    """The first seed's network after its training, "masked" or "free"."""
    network = PointerNetwork()
    stored = SUMMARY["interpretation-pointer"][training]["parameters"]
    state = network.state_dict()
    network.load_state_dict(
        {name: torch.tensor(stored[name]).view(own.shape) for name, own in state.items()}
    )
    return network.eval()
