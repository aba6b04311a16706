"""Is the entropy of a trained head that of normal scores of its spread?"""

import numpy as np

from attnkit.explore import Axis, Explorable, Panel, Readout, Steps, Values
from attnkit.explore.marks import Line, Points
from attnkit.trained import heads_by_passage
from attnkit.trained.recorded.laws import gaussian_entropy

__all__ = ["DISPERSION_ON_REAL_LOGITS"]

WANTED = (11, 21, 30, 44, 61, 86, 115, 144, 196, 279, 401)
PASSAGES = {n: int(np.flatnonzero(heads_by_passage()["n"] == n)[0]) for n in WANTED}
SPREADS = tuple(np.linspace(0, 5, 26).round(2).tolist())


def compute(n: float) -> Values:
    """Entropy of each head against the spread of its scores; the law, and the law at finite n."""
    tables, at = heads_by_passage(), PASSAGES[int(n)]
    n_words = int(n) - 2
    sigma = np.sqrt(tables["word_variance"][at])
    measured = tables["word_entropy"][at]
    spreads = np.array(SPREADS)
    law = np.log(n_words) - sigma**2 / 2
    small = sigma < 1
    simulated = np.interp(sigma, spreads, gaussian_entropy(n_words, SPREADS))
    return {
        "sigma": sigma,
        "entropy": measured,
        "spread": spreads,
        "law": np.log(n_words) - spreads**2 / 2,
        "simulated": gaussian_entropy(n_words, SPREADS),
        "gap": measured - law,
        "log_n": np.log(n_words),
        "small": float(small.sum()),
        "error_small": np.sqrt(np.square(measured - law)[small].mean()) if small.any() else np.nan,
        "error_simulated": np.sqrt(np.square(measured - simulated)[sigma < 5].mean()),
    }


DISPERSION_ON_REAL_LOGITS = Explorable(
    name="dispersion-on-real-logits",
    title="Log n less half the variance, on real scores",
    compute=compute,
    controls=[Steps("n", "tokens", WANTED, default=196, meaning="which passage is shown")],
    panels=[
        Panel(
            Line("spread", "law", label="log n − σ²/2", tone="accent", dash=True),
            Line("spread", "simulated", label="normal scores, simulated", tone="muted"),
            Points("sigma", "entropy", label="72 heads", tone="density"),
            x=Axis("spread of the scores σ", (0, 5)),
            y=Axis("entropy", (0, 6.2)),
            main=True,
        ),
        Panel(
            Points("sigma", "gap", label="72 heads", tone="density"),
            x=Axis("spread of the scores σ", (0, 3)),
            y=Axis("entropy − (log n − σ²/2)", (-1, 3)),
        ),
    ],
    readouts=[
        Readout("log_n", "log n"),
        Readout("small", "heads with σ below 1", digits=0),
        Readout("error_small", "their error, log n − σ²/2"),
        Readout("error_simulated", "all heads' error, simulated"),
    ],
    depends={"spread": ()},
    caption="""Each dot is a head of one six-layer encoder on one passage, with [CLS] and [SEP] left
    out. While the spread is below one, log n − σ²/2 meets the measured entropy; beyond, it breaks:
    go to short passages, and it breaks sooner. Normal scores of the same spread and number, the
    grey line, go on well beyond: it is the limit that fails, more than the bell shape.""",
    alt="""Left, entropy against the spread of scores for 72 heads, with a dashed parabola that
    leaves the dots near a spread of one and a half and a grey curve that stays among them; right,
    how far the dots are above the parabola.""",
)
