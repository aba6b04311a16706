"""Autocast leaves the numbers alone: the decorator that says so."""

import pytest
import torch

from attnkit.precision import outside_autocast

LEFT, RIGHT = torch.randn(2, 17, 17, generator=torch.Generator().manual_seed(0))
WANTED = LEFT @ RIGHT


@outside_autocast
def product(left, right):
    """A product that autocast would take in half precision."""
    return left @ right


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_a_product_inside_a_region_is_the_one_outside(dtype):
    with torch.autocast("cpu", dtype=dtype):
        assert (LEFT @ RIGHT).dtype == dtype
        assert torch.equal(product(LEFT, RIGHT), WANTED)
        assert (LEFT @ RIGHT).dtype == dtype


def test_it_may_be_compiled():
    compiled = torch.compile(product, fullgraph=True, backend="aot_eager")
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert torch.equal(compiled(LEFT, RIGHT), product(LEFT, RIGHT))
