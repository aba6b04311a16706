"""The maps of the room's later mechanisms, compiled in one graph: the same weights and slopes."""

import pytest

COMPILED = """
import torch
from attnkit.densities.{folder} import {name} as weigh

generator = torch.Generator().manual_seed(0)
scores = torch.randn(5, 7, generator=generator).requires_grad_()
mask = torch.rand(5, 7, generator=generator) > 0.3
found = []
for each in (weigh, torch.compile(weigh, fullgraph=True, backend="aot_eager")):
    weights = each(scores, mask=mask)
    found.append((weights, *torch.autograd.grad(weights.square().sum(), scores)))
torch.testing.assert_close(*found)
"""


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("adaptively_sparse", "adaptive_weights"),
        ("probability_cage", "standardised_weights"),
        ("alpha_relu", "alpha_relu_weights"),
        ("normmax", "normmax_weights"),
        ("budget", "budget_weights"),
    ],
)
def test_compiled_in_one_graph_it_is_the_same(folder, name, plain_python):
    """Apart from the import hook of the tests, which torch cannot trace."""
    code = COMPILED.format(folder=folder, name=name)
    plain_python.run(code)
