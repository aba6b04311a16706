"""Softmax over the highest scores against a loop, and what the page says of it."""

import math
import re
from pathlib import Path

import numpy as np
import pytest
import torch

from attnkit.experiments import experiments
from attnkit.explore import gallery
from attnkit.icl.semantic_focus import claims, focused_weights
from attnkit.icl.semantic_focus.experiments import fixed, window
from attnkit.icl.semantic_focus.recorded import curves, steps

PAGE = Path(__file__).parents[3] / "book" / "icl" / "semantic_focus" / "chapter.md"


def rows(*shape, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=generator, dtype=torch.float64)


@pytest.mark.parametrize("n_kept", [1, 3, 7, 11])
def test_it_equals_a_loop(n_kept):
    scores = rows(5, 7)
    found = focused_weights(scores, n_kept)
    for row, weights in zip(scores.tolist(), found.tolist(), strict=True):
        kept = sorted(range(7), key=lambda i: -row[i])[:n_kept]
        total = sum(math.exp(row[i]) for i in kept)
        wanted = [math.exp(row[i]) / total if i in kept else 0 for i in range(7)]
        assert weights == pytest.approx(wanted)


def test_keys_that_tie_are_all_kept():
    scores = torch.tensor([2.0, 1.0, 1.0, 0.0])
    assert (focused_weights(scores, 2) > 0).tolist() == [True, True, True, False]


def test_masked_keys_are_never_among_the_best():
    scores, mask = rows(3, 7), torch.tensor([True, False, True, True, False, False, False])
    weights = focused_weights(scores, 4, mask)
    assert (weights[:, ~mask] == 0).all()
    torch.testing.assert_close(weights[:, mask], scores[:, mask].softmax(-1))
    with_nan = scores.masked_fill(~mask, -torch.inf)
    torch.testing.assert_close(focused_weights(with_nan, 4), weights)
    assert (focused_weights(scores, 2, torch.zeros(7, dtype=torch.bool)) == 0).all()


@pytest.mark.parametrize("shape", [(0,), (0, 5), (3, 0), (1,), (2, 1)])
def test_little_and_nothing(shape):
    weights = focused_weights(rows(*shape), 2)
    assert weights.shape == shape
    assert (weights == 1).all()


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision(dtype):
    scores = rows(3, 11).to(dtype)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        found = focused_weights(scores, 3)
    assert found.dtype == dtype
    torch.testing.assert_close(
        found.double(), focused_weights(scores.double(), 3), atol=4e-3, rtol=0
    )


def test_gradients():
    assert torch.autograd.gradcheck(lambda z: focused_weights(z, 3), rows(2, 7).requires_grad_())


COMPILED = """
import torch
from attnkit.icl.semantic_focus import focused_weights

scores = torch.randn(5, 7, generator=torch.Generator().manual_seed(0))
compiled = torch.compile(focused_weights, fullgraph=True, backend="aot_eager")
torch.testing.assert_close(compiled(scores, 3), focused_weights(scores, 3))
"""


def test_compiled_in_one_graph_it_is_the_same(plain_python):
    """Apart from the import hook of the tests, which torch cannot trace."""
    plain_python.run(COMPILED)


def test_masks_of_places_have_as_many_keys_for_each_question():
    generator = torch.Generator().manual_seed(0)
    assert (fixed(24, 8, 5, generator).sum(-1) == 5).all()
    seen = window(24, 8, 5)
    assert (seen.sum(-1) == 5).all()
    assert seen[0].nonzero().flatten().tolist() == [12, 13, 14, 15, 16]


@pytest.mark.claim("focus-does-not-hasten")
def test_no_focus_is_faster_in_any_seed_and_a_narrow_one_may_never_arrive():
    measured = claims.focus_is_no_help()
    assert measured["all 24, most steps"] == 40
    for n_kept, never in ((12, 0), (8, 0), (4, 2), (2, 3), (1, 5)):
        assert measured[f"best {n_kept}, least lag"] >= 0
        assert measured[f"best {n_kept}, never"] == never
    for kind in ("window 12", "window 4", "fixed 12", "fixed 4"):
        assert measured[f"{kind}, never"] == 5


@pytest.mark.claim("focus-does-not-hasten")
def test_a_quick_run_is_as_slow():
    run = experiments()["icl-semantic-focus"].run
    common = {"n_pairs": 8, "steps": 60, "rate": 0.003}
    ends = {}
    for kind, n_kept in (("all", 24), ("best", 2)):
        case = {"kind": kind, "n_kept": n_kept, **common}
        ends[kind] = run(case, seed=17, device="cpu")["accuracy"][-1]
    assert ends["all"] > 0.9 > ends["best"]


@pytest.mark.claim("keys-left-out-learn-nothing")
def test_a_key_left_out_has_no_gradient_and_with_all_kept_it_is_softmax():
    measured = claims.gradients_kept()
    assert measured["outside"] == 0 < measured["inside"]
    assert measured["all kept"] == 0


def test_the_page_s_table_is_the_recorded_run():
    lines = re.findall(r"^\| (all|best|window|fixed), (\d+) \|(.*)\|$", PAGE.read_text(), re.M)
    assert len(lines) == 8
    for kind, n_kept, rest in lines:
        told, share = (cell.strip() for cell in rest.split("|"))
        found = [step for step in steps(kind, int(n_kept)) if step is not None]
        if len(found) == 5:
            assert told == f"{min(found)}–{max(found)}"
        else:
            each = f"{len(found)} of 5: {', '.join(map(str, sorted(found)))}"
            assert told == (each if found else "never")
        assert float(share) == pytest.approx(curves(kind, int(n_kept))[-1], abs=0.0051)


def test_the_figure_s_ends_are_two_regimes():
    compute = gallery()["semantic-focus"].compute
    few, many = compute(n_kept=1), compute(n_kept=12)
    assert few["seeds"] == 0
    assert few["last"] == pytest.approx(0.10, abs=0.005)
    assert many["seeds"] == 5
    assert np.abs(many["best"] - many["all"])[20:].max() < 0.03
