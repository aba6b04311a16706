"""Compiled in one graph, the members of the form read what they read in eager mode."""

COMPILED = """
import torch
from attnkit.linear_time import dsf

generator = torch.Generator().manual_seed(0)
q, k, v = torch.randn(3, 2, 5, 3, generator=generator)
steps = torch.rand(2, 5, 3, generator=generator)
mask = torch.tensor([True, True, False, True, True]).expand(2, 5)
whole = dict(fullgraph=True, backend="aot_eager")
for name, more in (
    ("selective_ssm", {"steps": steps}),
    ("recurrent_selective_ssm", {"steps": steps}),
    ("taylor_order_attention", {"order": 2}),
    ("parallel_taylor_order_attention", {"order": 2}),
):
    form = getattr(dsf, name)
    torch.testing.assert_close(
        torch.compile(form, **whole)(q, k, v, mask=mask, **more), form(q, k, v, mask=mask, **more)
    )
"""


def test_compiled_in_one_graph_it_is_the_same(plain_python):
    """Apart from the import hook of the tests, which torch cannot trace."""
    plain_python.run(COMPILED)
