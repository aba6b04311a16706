"""No public callable answers wrong input with silence, with nonsense, or never."""

import pytest

from tests.fuzz import calls, outcomes


@pytest.mark.parametrize("call", calls(), ids=lambda call: call.label)
def test_wrong_input_is_refused_by_name_or_has_a_meaning(call):
    found = outcomes(call)
    assert not [o for o in found if o.kind in ("accepted", "silent", "hanging")]
    refused = [o for o in found if o.kind in ("clear", "unclear")]
    unclear = [o for o in refused if o.kind == "unclear"]
    assert len(unclear) <= 0.05 * len(refused), unclear
