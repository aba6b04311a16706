"""What the page on six case studies claims, from the recorded runs on thirty passages."""

import numpy as np

from attnkit.claims import claim
from attnkit.interpretation.case_studies.maps import contrast, quantised, shifted_groups
from attnkit.interpretation.case_studies.recorded import silenced, study

__all__ = ["contrast_finds", "groups_catch", "marks_draw", "mostly_silent", "two_bits"]

SOURCE = "Measured here on one six-layer encoder"


@claim("case-contrast", source=SOURCE, computes=contrast)
def contrast_finds() -> dict[str, float]:
    """Chance that a token of the sentence asked for stands above another, in the last layer."""
    return {name: layers[-1] for name, layers in study("contrast").items()}


@claim("case-two-bits", source=SOURCE, computes=quantised)
def two_bits() -> dict[str, float]:
    """Mean entropy of all heads with queries and keys as they are, and in few bits."""
    bits = study("bits")
    return {name: float(np.mean(bits[name])) for name in bits if name.startswith("entropy")}


@claim("case-marks-draw", source=SOURCE, computes=study)
def marks_draw() -> dict[str, float]:
    """Share of the weight over share of the tokens, in layers 2 to 5 and in the last."""
    found = {}
    for kind, rows in study("magnets").items():
        ratios = np.array(rows["weight"]) / rows["tokens"]
        found[f"{kind}, layers 2 to 5"] = float(ratios[1:5].mean())
        found[f"{kind}, layer 6"] = float(ratios[5])
    return found


@claim("case-groups", source=SOURCE, computes=shifted_groups)
def groups_catch() -> dict[str, float]:
    """Mass caught by groups of sixteen, plain, shifted and with the first key; and by windows."""
    groups = study("groups")
    return {name: float(np.mean(groups[name]["mass"])) for name in groups if "16" in name}


@claim("case-silenced", source=SOURCE, computes=silenced)
def mostly_silent() -> dict[str, float]:
    """Loss of the embedding, one less the cosine, without 36 heads; with all; and one at a time."""
    alone = silenced("alone")
    return {
        "36 of the least": float(silenced("least")[2]),
        "36 at random": float(silenced("random")[2]),
        "36 of the most": float(silenced("most")[2]),
        "all": float(silenced("all")),
        "seven most, share of the sum alone": float(np.sort(alone)[-7:].sum() / alone.sum()),
        "36 least, sum alone": float(np.sort(alone)[:36].sum()),
    }
