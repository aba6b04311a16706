"""Every memory of the room as a dot: what it recalls for the numbers it keeps."""

import numpy as np

from attnkit.explore import Axis, Explorable, Panel, Readout, Steps, Values
from attnkit.explore.marks import Points, Rule
from attnkit.memory.associative_recall.recorded import SUMMARY, learned, recalled

__all__ = ["RECALL_AGAINST_STATE"]

NAMES = tuple(dict.fromkeys(entry["memory"] for entry in SUMMARY["memory-recalled-codes"]))
D_VALUE = 32
TRAINED_PAIRS, N_SEEDS = 32, 3


def compute(n_pairs: float, d_key: float) -> Values:
    """Numbers kept and share recalled of each memory; NaN where none of this width was run."""
    found = recalled(int(n_pairs), int(d_key))
    of = {
        what: np.array([found.get(name, {}).get(what, np.nan) for name in NAMES])
        for what in ("kept", "accuracy")
    }
    return {
        **of,
        **_trained(int(d_key)),
        "pairs_alone": np.array([n_pairs * (d_key + D_VALUE)]),
        "trained_pairs_alone": np.array([TRAINED_PAIRS * (d_key + D_VALUE)]),
        "best": float(np.nanmax(of["accuracy"])),
        "most": float(np.nanmax(of["kept"])),
    }


def _trained(d_key: int) -> Values:
    """The same of trained models: their mean, and each by itself."""
    found = learned(d_key)
    nothing = (np.nan, [np.nan] * N_SEEDS)
    kept, seeds = zip(*(found.get(name, nothing) for name in NAMES), strict=True)
    return {
        "trained_kept": np.array(kept),
        "trained_accuracy": np.mean(seeds, axis=1),
        "model_kept": np.repeat(kept, N_SEEDS),
        "model_accuracy": np.ravel(seeds),
    }


RECALL_AGAINST_STATE = Explorable(
    name="recall-against-state",
    title="Recall against the numbers kept",
    compute=compute,
    controls=[
        Steps("n_pairs", "pairs n", (16, 32, 64), default=32, meaning="pairs in a sequence"),
        Steps("d_key", "width d", (4, 8, 16, 32), default=16, meaning="numbers of a key"),
    ],
    panels=[
        Panel(
            Rule("pairs_alone", tone="muted"),
            Points("kept", "accuracy", tone="density", size=8, names=NAMES),
            x=Axis("numbers kept for each sequence", (100, 25_000), log=True),
            y=Axis("share of pairs recalled", (0, 1.05)),
            title="Random codes",
            main=True,
        ),
        Panel(
            Rule("trained_pairs_alone", tone="muted"),
            Points("model_kept", "model_accuracy", label="a model", tone="muted", size=5),
            Points("trained_kept", "trained_accuracy", label="mean", size=8, names=NAMES),
            x=Axis("numbers kept for each sequence", (100, 25_000), log=True),
            y=Axis("share of answers right", (0, 1.05)),
            title="Trained, 32 pairs",
        ),
    ],
    depends={
        "trained_pairs_alone": ("d_key",),
        "trained_kept": ("d_key",),
        "trained_accuracy": ("d_key",),
        "model_kept": ("d_key",),
        "model_accuracy": ("d_key",),
    },
    readouts=[
        Readout("best", "best recall"),
        Readout("most", "most numbers kept", digits=0),
    ],
    caption="""Each dot is a memory of this room, found by its card. First after n pairs of random
    codes, nothing trained; then in small models trained on 32 pairs for 300 steps, three seeds
    each, up to width 16. The line is what the pairs themselves take. A window keeps 2 d tokens; a
    memory that would keep more than 6,000 numbers is left out, and so are names without room. Widen
    the keys: sums move right and up at once. Which memories does training lift, and which has it
    not found yet?""",
    alt="""Two plots of the share of pairs recalled against numbers kept on a logarithmic axis, one
    named dot for each memory: random codes, and trained models with a small dot for each seed.""",
)
