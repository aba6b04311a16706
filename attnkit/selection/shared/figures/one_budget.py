"""One budget of keys: what every recorded choice of the room catches of a trained encoder."""

import re
from collections.abc import Mapping

import numpy as np

from attnkit.cards import cards
from attnkit.discovery import Declared
from attnkit.experiments.packaged import Packaged
from attnkit.explore import Axis, Choice, Explorable, Panel, Values
from attnkit.explore.marks import Line, Points
from attnkit.selection.shared.naming import apart, gapped

__all__ = ["ONE_BUDGET"]

Ways = Mapping[str, Mapping[str, Mapping[str, list[float]]]]


def recorded() -> dict[str, Ways]:
    """What each folder of the room has recorded, by its name: ways, budgets, measures."""
    found = {}
    for summary in Declared("recorded", Packaged, "selection").values():
        for experiment in summary if summary.place.is_file() else ():
            told = re.fullmatch(r"selection-(.+)-real", experiment)
            if told:
                found[told[1].replace("-", "_")] = summary[experiment]
    return found


ALL = recorded()
REFERENCES = ALL.pop("references")
TITLES = {card.name: card.title for card in cards() if card.room == "selection"}
FOLDERS = [name for name in TITLES if name in ALL]
SHORT = [name.replace("_", " ") for name in FOLDERS]
NONE = "none"
BUDGETS = ("1/16", "1/8", "1/4")
LAYERS = {"of all layers": slice(0, 72)} | {
    f"of layer {layer + 1}": slice(12 * layer, 12 * layer + 12) for layer in range(6)
}
QUANTILES = {"the mean head": None, "the lower quartile": 0.25, "the upper quartile": 0.75}
BESIDE = {
    "oracle": "oracle",
    "ends": "window + first + last",
    "window": "window",
    "random": "random keys",
}


def curve(way: Mapping, measure: str, layer: str, told: str) -> list[float]:
    """One number for each budget, over the heads asked for; the density is always their mean."""
    rows = [np.array(way[budget][measure])[LAYERS[layer]] for budget in BUDGETS]
    share = None if measure == "density" else QUANTILES[told]
    return [float(row.mean() if share is None else np.quantile(row, share)) for row in rows]


def joined(ways: list[Mapping], layer: str, told: str) -> dict[str, np.ndarray]:
    """Curves one after another with gaps between, for each measure."""
    return {
        measure: np.array([x for way in ways for x in (*curve(way, measure, layer, told), np.nan)])
        for measure in ("density", "mass", "empty")
    }


def told_of(empty: np.ndarray) -> np.ndarray:
    """Shares of empty rows without those that lie on the axis."""
    return np.where(empty > 0.002, empty, np.nan)


def named(every: dict[str, np.ndarray], *, quiet: bool) -> Values:
    """Where the names of all mechanisms stand; right they give way to those of one's ways."""
    density, mass = every["density"][2::4], every["mass"][2::4]
    empty = np.full(len(mass), np.nan) if quiet else told_of(every["empty"])[2::4]
    names, across = apart(mass, 0.072), np.full(len(mass), NAMES_AT)
    values: Values = {"named_density": density, "named_empty": empty}
    values |= {"name_mass": names, "name_density": across}
    return values | {
        "leader_density": gapped(density, across),
        "leader_mass": gapped(mass, names),
    }


def compute(layer: str, told: str, mechanism: str) -> Values:
    """Mass and empty rows against density: references, every mechanism, and all ways of one."""
    values: Values = {}
    for name, way in BESIDE.items():
        found = joined([REFERENCES[way]], layer, told)
        values |= {f"{name}_{measure}": row[:3] for measure, row in found.items()}
    firsts = [next(iter(ALL[name].values())) for name in FOLDERS]
    every = joined(firsts, layer, told)
    values |= {f"every_{measure}": row for measure, row in every.items()}
    values["every_empty"] = told_of(every["empty"])
    values |= named(every, quiet=mechanism != NONE)
    for name, short in zip(FOLDERS, SHORT, strict=True):
        found = joined([*ALL[name].values()], layer, told)
        found["empty"] = told_of(found["empty"])
        shown = 1.0 if short == mechanism else np.nan
        values |= {f"{name}_{measure}": shown * row for measure, row in found.items()}
        values |= {f"{name}_{measure}_last": shown * row[2::4] for measure, row in found.items()}
    empty = [values[f"{name}_empty"] for name in ("every", *FOLDERS)]
    values["empty_top"] = 1.15 * float(np.nanmax(np.concatenate([*empty, [0.1]])))
    return values


NAMES_AT = 0.52
TICKS = {part: f"{part:g}" for part in (0.05, 0.1, 0.2, 0.5, 1.0)}
LOOKS = {"oracle": "value", "ends": "support", "window": "second", "random": "muted"}


def _panel(measure: str, label: str, top: float | str, *, main: bool) -> Panel:
    references = [
        Line(f"{name}_density", f"{name}_{measure}", label=BESIDE[name], tone=tone, dash=True)
        for name, tone in LOOKS.items()
        if measure == "mass"
    ]
    own = [
        mark
        for name in FOLDERS
        for mark in (
            Line(f"{name}_density", f"{name}_{measure}", tone="accent"),
            Points(
                f"{name}_density_last",
                f"{name}_{measure}_last",
                tone="accent",
                size=7,
                names=[*ALL[name]],
            ),
        )
    ]
    named = [Points("named_density", "named_empty", tone="density", size=7, names=SHORT)]
    if measure == "mass":
        named = [
            Line("leader_density", "leader_mass", tone="muted", width=1),
            Points("name_density", "name_mass", tone="muted", size=2, names=SHORT),
        ]
    return Panel(
        *references,
        Line("every_density", f"every_{measure}", tone="density", width=1.4),
        *named,
        *own,
        x=Axis("share of the pairs kept", (0.05, 1.7), log=True, ticks=TICKS),
        y=Axis(label, (0, top)),
        main=main,
    )


ONE_BUDGET = Explorable(
    name="one-budget-of-keys",
    title="One budget of keys, many ways to spend it",
    compute=compute,
    controls=[
        Choice("layer", "heads", [*LAYERS], meaning="of one six-layer encoder"),
        Choice("told", "told is", [*QUANTILES], meaning="of those heads"),
        Choice(
            "mechanism", "all ways of", [NONE, *SHORT], meaning="of each mechanism one is shown"
        ),
    ],
    panels=[
        _panel("mass", "mass caught", 1.02, main=True),
        _panel("empty", "share of rows without a key", "empty_top", main=False),
    ],
    depends={
        tuple(
            f"{name}_{measure}"
            for name in ("every", *BESIDE)
            for measure in ("density", "mass", "empty")
        ): ("layer", "told"),
        ("named_density", "name_mass", "leader_density", "leader_mass"): ("layer", "told"),
        "name_density": (),
    },
    caption="""Three budgets: one key in sixteen, in eight, in four, mean over thirty passages;
    across stands the share that was kept. Pages (EntmaxKV) and blocks (landmark, FlexPrefill)
    come whole: in texts this short the ways that are shown of these three never keep less than
    0.24. Who stays below the green line chose worse than a window with the first and the last
    key, which looks at nothing. Compare layer 1, where the two ends add little to a window,
    with layer 2, where many heads ask [CLS]. Then look at the lower quartile of the heads, and
    at all ways of one mechanism. Right, rows that no key was left for; who is not there has
    none.""",
    alt="""Left, mass caught over the share of pairs kept, one curve for each mechanism of the room
    and dashed ones for the best keys, a window with and without the first and last key, and random
    keys; right, the share of rows that no key is left for.""",
)
