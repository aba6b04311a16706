"""Mixed precision changes no number of the room: each right call, with and without it."""

import pytest
import torch
from torch.utils._pytree import tree_leaves

from tests.fuzz import calls

LAYERS = "attnkit.linear_time.aaren.layer"  # its projections are torch's own, as autocast has them
CALLS = [
    pytest.param(call, id=call.label)
    for call in calls()
    if call.label.startswith("attnkit.linear_time.") and not call.label.startswith(LAYERS)
]


@pytest.mark.parametrize("call", CALLS)
def test_autocast_changes_no_number(call):
    found = []
    for enabled in (False, True):
        torch.manual_seed(0)
        given = call.arguments()
        with torch.autocast("cpu", torch.bfloat16, enabled=enabled):
            made = call.function(**given)
        leaves = tree_leaves(made)
        found.append([leaf for leaf in leaves if isinstance(leaf, torch.Tensor)])
    for plain, mixed in zip(*found, strict=True):
        assert plain.dtype == mixed.dtype
        assert torch.equal(plain, mixed)
