"""How deep a chain of memories can be, for its width and its heads."""

from functools import cache

import numpy as np

from attnkit.explore import Axis, Explorable, Panel, Readout, Slider, Steps, Values
from attnkit.explore.marks import Line, Points, Rule
from attnkit.memory import theory
from attnkit.memory.reliability.recorded import chain

__all__ = ["DEPTH_WIDTH_HEADS"]

DEPTHS = tuple(range(1, 13))
MEASURED_DEPTHS = np.arange(1, 9)
WIDTHS, HEADS, MEASURED_PAIRS = (16, 32, 64, 128), (1, 2, 4, 8), 32


cleaned_once = cache(theory.cleaned_accuracy)


def compute(d_key: float, n_heads: float, n_pairs: float, tolerance: float) -> Values:
    """Noise by depth, usable depth, and accuracy with a clean-up between layers."""
    setting = (int(n_pairs), int(d_key))
    heads = int(n_heads)
    noise, bare, cleaned = chain(int(d_key), heads)
    shown = 1.0 if n_pairs == MEASURED_PAIRS else np.nan
    return {
        "depth": np.array(DEPTHS),
        "noise": np.sqrt([theory.chain_noise(*setting, depth=d, n_heads=heads) for d in DEPTHS]),
        "measured_depth": MEASURED_DEPTHS,
        "measured_noise": shown * np.sqrt(noise),
        "tolerance_line": tolerance,
        "usable": theory.usable_depth(*setting, tolerance, n_heads=heads),
        "cleaned": cleaned_once(*setting) ** np.array(DEPTHS),
        "measured_bare": shown * bare,
        "measured_cleaned": shown * cleaned,
        "averaged": theory.average_bit_error(*setting, n_heads=heads),
        "voted": theory.vote_bit_error(*setting, n_heads=heads),
    }


DEPTH_WIDTH_HEADS = Explorable(
    name="depth-width-heads",
    title="Depth, width and heads",
    compute=compute,
    controls=[
        Steps("d_key", "key width d", WIDTHS, default=64, meaning="dimensions of a key, per head"),
        Steps("n_heads", "heads H", HEADS, meaning="averaged, each with its own codes"),
        Steps("n_pairs", "pairs n", (8, 16, 32, 64), default=32, meaning="stored in every layer"),
        Slider(
            "tolerance",
            "tolerance ε",
            low=0.2,
            high=2.0,
            default=1.0,
            step=0.1,
            meaning="error at which the chain is given up, as a share of the value",
        ),
    ],
    panels=[
        Panel(
            Rule("tolerance_line", axis="y", tone="muted"),
            Line("depth", "noise", label="compounding law"),
            Points("measured_depth", "measured_noise", label="recorded run (n = 32)"),
            title="Error after L layers",
            x=Axis("layers L", (0.5, 12.5)),
            y=Axis("error / value", (0.1, 100), log=True),
        ),
        Panel(
            Line("depth", "cleaned", label="one head, clean-up after each layer"),
            Points("measured_depth", "measured_cleaned", tone="density"),
            Points("measured_depth", "measured_bare", label="H heads, no clean-up"),
            title="Items still right",
            x=Axis("layers L", (0.5, 12.5)),
            y=Axis("share of items", (0, 1.02)),
        ),
    ],
    readouts=[
        Readout("usable", "usable depth", "layers", digits=2),
        Readout("averaged", "bit error, heads averaged", digits=4),
        Readout("voted", "bit error, heads voting", digits=4),
    ],
    depends={
        ("depth", "measured_depth"): (),
        "tolerance_line": ("tolerance",),
        "cleaned": ("d_key", "n_pairs"),
        ("noise", "measured_noise", "measured_bare"): ("d_key", "n_heads", "n_pairs"),
        ("measured_cleaned", "averaged", "voted"): ("d_key", "n_heads", "n_pairs"),
    },
    caption="""Every layer repeats the error of the last at full strength and adds its own, so
    errors multiply. Averaging heads divides the noise by H; naming the best item after each layer
    starts the count afresh.""",
    alt="""Left: error against the number of layers on a logarithmic axis, a rising curve with
    measured dots. Right: share of items still right, high with clean-up and falling without.""",
)
