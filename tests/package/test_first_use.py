"""A lookup by name imports the mechanism that bears it, and none beside it."""

import pytest

from tests.package.test_import import fresh

CODE = """
import json, sys
from attnkit.{use}
print(json.dumps(list(sys.modules)))
"""
LAYERS = {"claims", "experiments", "figures", "tasks"}
USES = [
    ("explore import gallery; gallery()['finite-entmax']", "densities.finite"),
    ("explore import gallery; gallery()['trap-gallery']", "memory.traps"),
    ("coursework import check; check('entmax-threshold', lambda z: z)", "densities.finite"),
    ("claims import claims; claims()['one-hot-gap']", "densities.finite"),
    ("experiments import find; find('memory-recall')", "memory.capacity"),
]


@pytest.mark.parametrize(("use", "mechanism"), USES, ids=[use for use, _ in USES])
def test_a_lookup_by_name_loads_that_mechanism_alone(use, mechanism):
    loaded = fresh(CODE.format(use=use))
    layers = [name.split(".")[1:] for name in loaded if name.startswith("attnkit.")]
    layers = [parts for parts in layers if LAYERS & set(parts[1:])]
    room, folder = mechanism.split(".")
    assert [room, folder] in [parts[:2] for parts in layers]
    assert [p for p in layers if p[:2] not in ([room, folder], [room, "shared"])] == []
    assert {"scipy.stats", "scipy.integrate", "matplotlib.pyplot"} & set(loaded) == set()
