"""What maps from scores to weights owe at the edges of their input; test classes inherit it."""

import math
from types import MappingProxyType

import pytest
import torch
from torch.func import vmap

COMPILED = """
import torch
from functools import partial
from {module} import {name} as function

weigh = partial(function, **{settings})

generator = torch.Generator().manual_seed(0)
scores = torch.randn(5, 7, generator=generator)
mask = torch.rand(5, 7, generator=generator) < 0.7
whole = torch.compile(weigh, fullgraph=True, backend="aot_eager")
torch.testing.assert_close(whole(scores, mask=mask), weigh(scores, mask=mask))
"""


def rows(*shape, seed=0, spread=2.0, dtype=torch.float64):
    """Normal scores."""
    generator = torch.Generator().manual_seed(seed)
    return spread * torch.randn(*shape, generator=generator, dtype=dtype)


class Edges:
    """A subclass names the map, a public function of the room, and keywords of every call."""

    function = None
    settings = MappingProxyType({})

    def weigh(self, scores, **named):
        """Weights of scores."""
        return type(self).function(scores, **self.settings, **named)

    def test_masked_keys_and_keys_at_minus_infinity_are_as_if_absent(self):
        scores = rows(3, 7)
        kept = [0, 2, 3, 6]
        mask = torch.zeros(7, dtype=torch.bool)
        mask[kept] = True
        spoilt = scores.clone()
        spoilt[:, 1], spoilt[:, 4], spoilt[:, 5] = math.nan, math.inf, -math.inf
        alone = self.weigh(scores[:, kept])
        weights = self.weigh(spoilt, mask=mask)
        torch.testing.assert_close(weights[:, kept], alone)
        assert weights[:, ~mask].abs().max() == 0
        low = scores.masked_fill(~mask, -math.inf)
        torch.testing.assert_close(self.weigh(low), weights)

    @pytest.mark.parametrize("hidden", [True, False])
    def test_a_row_with_nothing_to_attend_gives_zeros_with_zero_gradient(self, hidden):
        scores = torch.full((2, 3), 1.0 if hidden else -math.inf).requires_grad_()
        mask = torch.zeros(3, dtype=torch.bool) if hidden else None
        weights = self.weigh(scores, mask=mask)
        (weights * torch.tensor([1.0, 2.0, 5.0])).sum().backward()
        assert weights.tolist() == [[0.0] * 3] * 2
        assert scores.grad.tolist() == [[0.0] * 3] * 2

    def test_length_zero(self):
        assert self.weigh(torch.zeros(3, 0)).shape == (3, 0)
        assert self.weigh(torch.zeros(0, 3)).shape == (0, 3)

    @pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
    def test_half_precision_is_computed_in_single(self, dtype):
        scores = rows(3, 211).to(dtype)
        weights = self.weigh(scores)
        assert weights.dtype == dtype
        single = self.weigh(scores.float())
        assert torch.equal(weights, single.to(dtype))

    def test_autocast_changes_nothing(self):
        scores = rows(5, 7, dtype=torch.float32)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            inside = self.weigh(scores)
        assert torch.equal(inside, self.weigh(scores))

    def test_gradients_match_differences(self):
        leaf = rows(3, 5, seed=3).requires_grad_()
        mask = torch.ones(3, 5, dtype=torch.bool).tril()
        assert torch.autograd.gradcheck(lambda z: self.weigh(z, mask=mask), leaf)

    def test_vmap_equals_the_batched_call(self):
        scores, masks = rows(2, 5, 7), rows(2, 5, 7, seed=1) > 0
        mapped = vmap(lambda row, mask: self.weigh(row, mask=mask))(scores, masks)
        torch.testing.assert_close(mapped, self.weigh(scores, mask=masks))

    def test_compiled_in_one_graph_it_is_the_same(self, plain_python):
        """Apart from the import hook of the tests, which torch cannot trace."""
        function = type(self).function
        script = COMPILED.format(
            module="attnkit.normalisation", name=function.__name__, settings=dict(self.settings)
        )
        plain_python.run(script)

    @pytest.mark.parametrize(
        ("arguments", "error", "message"),
        [
            ({"scores": torch.zeros(3, 5).long()}, TypeError, "scores must .*int64"),
            ({"scores": torch.full((3, 5), math.nan)}, ValueError, "scores must .*nan"),
            ({"scores": torch.full((3, 5), math.inf)}, ValueError, "scores must .*inf"),
            ({"mask": torch.zeros(3, 5)}, TypeError, "mask must"),
            ({"mask": torch.zeros(4, dtype=torch.bool)}, ValueError, r"mask must .*\(4,\)"),
        ],
    )
    def test_wrong_input_is_named(self, arguments, error, message):
        with pytest.raises(error, match=message):
            self.weigh(**{"scores": torch.zeros(3, 5)} | arguments)


class EdgesByDimension(Edges):
    """For maps that take the dimension of the keys as well."""

    def test_any_dimension(self):
        scores = rows(3, 5, 7)
        expected = self.weigh(scores)
        for dim in (0, 1, 2, -3):
            moved = self.weigh(scores.movedim(-1, dim), dim=dim)
            torch.testing.assert_close(moved, expected.movedim(-1, dim))
        with pytest.raises(ValueError, match=r"dim must be in .*got 3"):
            self.weigh(scores, dim=3)

    def test_a_lone_score(self):
        assert self.weigh(torch.tensor(0.3)).shape == ()
