"""Rooflines are computed: the longer of two times, and formulas that count what is moved."""

import pytest

from attnkit.gpu.compiled import ARCHITECTURES, Compiled
from attnkit.gpu.roofline import H200, Limits, Roofline, Shape, rooflines
from attnkit.gpu.sphinx_extension import kernels_html, rooflines_html
from tests.gpu.test_ahead import RECORDED, read

SHAPE = Shape(3, 2, 5)


def test_the_longer_time_decides():
    device = Limits("a device", 10.0, {2: 100.0})
    moved = Roofline("copy", lambda s: 20.0, lambda s: 50.0, device)
    done = Roofline("product", lambda s: 20.0, lambda s: 700.0, device)
    assert (moved.seconds(SHAPE), done.seconds(SHAPE)) == (2.0, 7.0)
    assert (moved.share_of_arithmetic(SHAPE), done.share_of_arithmetic(SHAPE)) == (0.25, 1.0)
    assert moved.intensity(SHAPE) == 2.5


def test_the_ratios_in_the_text_are_those_of_the_device():
    ratios = {size: rate / H200.bytes_per_second for size, rate in H200.flops_per_second.items()}
    assert ratios == {2: pytest.approx(206, abs=0.5), 4: pytest.approx(14, abs=0.5)}


def test_the_worked_numbers_of_each_mechanism():
    """Counted by hand at 128 features (64 for linear attention), 16 bits, 8,192 tokens."""
    found = {each.name: each for each in rooflines()}
    linear, delta = found["linear attention, forward"], found["delta rule, forward"]
    assert (linear.n_bytes(Shape(64, 2, 8192)), linear.n_flops(Shape(64, 2, 8192))) == (512, 24576)
    assert delta.n_bytes(Shape(128, 2, 8192)) == 2 * (12 * 128 + 64 + 2 * 256)
    assert delta.n_flops(Shape(128, 2, 8192)) == pytest.approx(183e3, rel=1e-2)
    backward = found["delta rule, backward"]
    assert backward.n_bytes(Shape(128, 2, 8192)) == pytest.approx(11.3e3, rel=1e-2)
    assert backward.n_flops(Shape(128, 2, 8192)) == pytest.approx(478e3, rel=1e-2)
    entmax = found["entmax attention, forward, all tiles live"]
    assert entmax.n_flops(Shape(64, 2, 8192)) == 3 * 4 * 64 * 8192


def test_memory_binds_memories_in_16_bits_and_arithmetic_binds_attention():
    for each in rooflines():
        share = each.share_of_arithmetic(Shape(64, 2, 8192))
        assert (share == 1) == ("attention" in each.name and "linear" not in each.name), each.name


def test_the_tables_have_a_row_for_each_kernel():
    html = rooflines_html(rooflines())
    assert html.count("<tr>") == 1 + 4 * len(rooflines())
    triton, kernels = read(RECORDED)
    table = kernels_html(triton, kernels)
    assert table.count("<tr>") == 1 + len({kernel.name for kernel in kernels})
    assert f"Triton {triton}" in table
    assert f"All {table.count('<tr>') - 1} fit all of them, and none spills." in table


def test_the_caption_names_what_is_missing_and_what_does_not_fit():
    there = [Compiled(name, a, 7, 0, 11) for name in ("walk", "run") for a in ARCHITECTURES]
    assert "All 2 fit all of them, and none spills." in kernels_html(
        "3.9.0", dict.fromkeys(there, "")
    )
    table = kernels_html("3.9.0", dict.fromkeys(there[1:], ""))
    assert "Not compiled for all: walk; do not fit: none." in table
    spilled = [*there[1:], Compiled("run", 80, 7, 13, 11)]
    table = kernels_html("3.9.0", dict.fromkeys(spilled, ""))
    assert "Not compiled for all: walk; do not fit: run." in table
