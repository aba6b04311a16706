"""What every map of scores in the room keeps to at its edges, for the tests of each."""

import math

import torch
from torch.func import vmap

__all__ = ["assert_edges", "rows"]


def rows(*shape, seed=0, dtype=torch.float64):
    """Scores of spread two."""
    generator = torch.Generator().manual_seed(seed)
    return 2 * torch.randn(*shape, generator=generator, dtype=torch.float64).to(dtype)


def assert_edges(weigh):
    """Masks, empty rows, half precision, vmap and lengths 0 and 1 of `weigh(scores, mask=None)`."""
    what_is_masked_does_not_matter(weigh)
    an_empty_row_has_no_weights_and_no_gradient(weigh)
    half_precision_is_near(weigh)
    vmap_equals_the_batched_call(weigh)
    assert weigh(torch.zeros(3, 0)).shape == (3, 0)
    assert weigh(torch.zeros(0, 3)).shape == (0, 3)
    assert weigh(torch.tensor(2.0)).shape == ()
    assert weigh(torch.zeros(1)).isfinite().all()


def what_is_masked_does_not_matter(weigh):
    """NaN under a mask, or −inf, is as if the key were not there; in the gradients too."""
    scores, seen = rows(3, 11), torch.arange(11) < 7
    wanted = weigh(scores[:, :7])
    for junk in (math.nan, math.inf, -math.inf):
        held = scores.where(seen, junk).requires_grad_()
        found = weigh(held, mask=seen)
        torch.testing.assert_close(found[:, :7], wanted)
        assert (found[:, 7:] == 0).all()
        (slope,) = torch.autograd.grad(found[:, :3].square().sum(), held)
        assert slope.isfinite().all()
        assert (slope[:, 7:] == 0).all()
    torch.testing.assert_close(weigh(scores.where(seen, -math.inf))[:, :7], wanted)


def an_empty_row_has_no_weights_and_no_gradient(weigh):
    """A row whose keys are all masked beside one whose are not."""
    scores = rows(2, 5).requires_grad_()
    mask = torch.tensor([[True], [False]])
    found = weigh(scores, mask=mask)
    (slope,) = torch.autograd.grad(found.square().sum(), scores)
    assert (found[1] == 0).all()
    assert (slope[1] == 0).all()
    assert slope.isfinite().all()


def half_precision_is_near(weigh):
    """Scores of half precision are computed in more, and give half precision back."""
    for dtype in (torch.float16, torch.bfloat16):
        scores = rows(5, 13).to(dtype)
        found, exact = weigh(scores), weigh(scores.double())
        assert found.dtype == dtype
        slack = torch.finfo(dtype).eps * exact.abs().amax().clamp(min=1.0)
        assert ((found.double() - exact).abs() <= slack).all()


def vmap_equals_the_batched_call(weigh):
    """With a mask for each row."""
    scores, masks = rows(5, 7), rows(5, 7, seed=1) > -1
    mapped = vmap(lambda row, mask: weigh(row, mask=mask))(scores, masks)
    torch.testing.assert_close(mapped, weigh(scores, mask=masks))
