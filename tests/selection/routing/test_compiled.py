"""Routing, the graph of clusters and the nearest keys, compiled: in one graph without a draw."""

COMPILED = """
import torch
from attnkit.selection import routing_attention, routing_weights, sbm_attention
from attnkit.selection import sparsefinder_attention

def tokens():
    return torch.randn(3, 2, 11, 5, generator=torch.Generator().manual_seed(0)).unbind()

whole = dict(fullgraph=True, backend="aot_eager")
centroids = torch.randn(4, 5)
mask = torch.arange(11) < 9
for function, settings in (
    (routing_attention, {"centroids": centroids, "n_members": 3}),
    (sparsefinder_attention, {"n_keys": 3}),
):
    for seen in (None, mask):
        made = torch.compile(function, **whole)(*tokens(), mask=seen, **settings)
        torch.testing.assert_close(made, function(*tokens(), mask=seen, **settings))
made = torch.compile(routing_weights, **whole)(*tokens()[:2], centroids, n_members=3)
torch.testing.assert_close(made, routing_weights(*tokens()[:2], centroids, n_members=3))
# The draw itself breaks the graph: torch traces no generator.
drawn = [
    function(*tokens(), centroids, generator=torch.Generator().manual_seed(0))
    for function in (sbm_attention, torch.compile(sbm_attention, backend="aot_eager"))
]
torch.testing.assert_close(*drawn)
"""


def test_compiled_they_are_the_same(plain_python):
    """Apart from the import hook of the tests, which torch cannot trace."""
    plain_python.run(COMPILED)
