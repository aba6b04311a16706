"""Gates against loops over tokens and heads; the layer against multi-head attention."""

import math

import pytest
import torch

from attnkit.structure.mixture_of_heads import MixtureOfHeads, balance_loss, head_gates


def drawn(*shape, seed=0, dtype=torch.float64):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=generator, dtype=torch.float64).to(dtype)


def scores(n_shared=2, n_routed=5, dtype=torch.float64):
    sizes = enumerate((n_shared, n_routed, 2))
    return [drawn(3, 7, size, seed=seed, dtype=dtype) for seed, size in sizes]


def by_loops(shared, routed, sides, n_active):
    powers = [[math.exp(x) for x in part] for part in (shared, routed, sides)]
    first, second = (2 * x / sum(powers[2]) for x in powers[2])
    if not shared or not n_active:
        first = second = 1
    always = [first * len(shared) * x / sum(powers[0]) for x in powers[0]]
    best = sorted(range(len(routed)), key=lambda e: -routed[e])[:n_active]
    total = sum(powers[1][e] for e in best)
    chosen = [second * n_active * x / total if e in best else 0 for e, x in enumerate(powers[1])]
    return torch.tensor(always + chosen, dtype=torch.float64)


@pytest.mark.parametrize("n_shared", [0, 2])
@pytest.mark.parametrize("n_active", [0, 1, 3, 5])
def test_gates_are_those_of_loops(n_active, n_shared):
    parts = scores(n_shared)
    gates = head_gates(*parts, n_active=n_active)
    rows = zip(*(part.flatten(0, 1).tolist() for part in parts), strict=True)
    wanted = torch.stack([by_loops(*row, n_active) for row in rows])
    torch.testing.assert_close(gates.flatten(0, 1), wanted)
    assert ((gates[..., n_shared:] > 0).sum(-1) == n_active).all()


def test_a_group_alone_is_not_weighed_against_an_empty_one():
    shared, routed, sides = scores()
    always = head_gates(shared, routed, sides, n_active=0)[..., :2]
    chosen = head_gates(shared[..., :0], routed, sides, n_active=3)
    torch.testing.assert_close(always.mean(-1), torch.ones(3, 7, dtype=torch.float64))
    torch.testing.assert_close(chosen.sum(-1), torch.full((3, 7), 3.0, dtype=torch.float64))


def test_gradients():
    leaves = [part.requires_grad_() for part in scores()]
    assert torch.autograd.gradcheck(lambda *parts: head_gates(*parts, n_active=3), leaves)
    assert torch.autograd.gradcheck(lambda routed: balance_loss(routed, 3), leaves[1:2])


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_far_scores_and_autocast(dtype):
    parts = scores(dtype=dtype)
    gates = head_gates(*parts, n_active=3)
    exact = head_gates(*(part.double() for part in parts), n_active=3)
    assert gates.dtype == dtype
    assert (gates.double() - exact).abs().max() <= 8 * torch.finfo(dtype).eps
    parts[1] = parts[1] * 1000  # the chosen few would all be zero beside one far above them
    assert head_gates(*parts, n_active=3).isfinite().all()
    single = scores(dtype=torch.float32)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        inside = head_gates(*single, n_active=3)
    assert torch.equal(inside, head_gates(*single, n_active=3))


def test_no_token_and_one_head():
    nothing = [part[:, :0] for part in scores()]
    assert head_gates(*nothing, n_active=3).shape == (3, 0, 7)
    assert balance_loss(nothing[1], 3) == 0
    assert (head_gates(*scores(0, 1), n_active=1)[..., 0] > 0).all()


def test_the_balance_is_k_where_loads_are_even_and_all_heads_where_one_takes_all():
    even = torch.eye(5, dtype=torch.float64).repeat(2, 1) * 50
    assert balance_loss(even, 1).item() == pytest.approx(1.0)
    assert balance_loss(torch.zeros(11, 5, dtype=torch.float64), 3).item() == pytest.approx(3.0)
    assert balance_loss(even[:1].expand(11, -1), 1).item() == pytest.approx(5.0)


def test_a_step_down_the_balance_evens_chances():
    routed = (drawn(64, 5) / 2 + torch.tensor([2.0, 0, 0, 0, 0])).requires_grad_()
    (slope,) = torch.autograd.grad(balance_loss(routed, 1), routed)
    assert balance_loss(routed - 20 * slope, 1) < balance_loss(routed, 1) - 0.01


def layer(dtype=torch.float64, **sizes):
    torch.manual_seed(0)
    return MixtureOfHeads(14, **({"n_shared": 2, "n_routed": 5, "n_active": 5} | sizes)).to(dtype)


def test_with_every_head_on_it_starts_as_multi_head_attention():
    made, tokens = layer(), drawn(3, 11, 14)
    usual = torch.nn.MultiheadAttention(14, 7, bias=False, batch_first=True).double()
    projections = [part.weight for part in (made.queries, made.keys, made.values)]
    usual.in_proj_weight.data, usual.out_proj.weight.data = (
        torch.cat(projections),
        made.output.weight,
    )
    torch.testing.assert_close(made(tokens), usual(tokens, tokens, tokens)[0])
    causal = torch.ones(11, 11, dtype=torch.bool).tril()
    expected = usual(tokens, tokens, tokens, attn_mask=~causal)[0]
    torch.testing.assert_close(made(tokens, mask=causal), expected)


def test_a_head_that_no_token_chooses_gets_no_gradient_and_chosen_ones_do():
    made, tokens = layer(n_active=2), drawn(3, 11, 14).abs()
    with torch.no_grad():
        made.routed.weight.copy_(torch.tensor([0.2, 0.1, 0.0, -0.1, -0.2])[:, None])
    made(tokens).square().sum().backward()
    rows = made.values.weight.grad.unflatten(0, (7, 2)).abs().sum((1, 2))
    assert (rows[:4] > 0).all()
    assert (rows[4:] == 0).all()
    assert (made.routed.weight.grad[:2].abs().sum(-1) > 0).all()
    assert (made.routed.weight.grad[2:] == 0).all()


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ({"n_routed": 4}, "n_shared .* must divide width = 14, got 6"),
        ({"n_shared": 0, "n_routed": 0, "n_active": 0}, "must divide width = 14, got 0"),
        ({"n_active": 6}, "n_active must be at most n_routed = 5, got 6"),
    ],
)
def test_sizes_that_do_not_fit_are_named(sizes, message):
    with pytest.raises(ValueError, match=message):
        layer(**sizes)
    if "n_active" in sizes and sizes["n_active"] == 6:
        with pytest.raises(ValueError, match="n_active must be at most 5 routed heads, got 6"):
            head_gates(*scores(), n_active=6)


COMPILED = """
import torch
from attnkit.structure.mixture_of_heads import MixtureOfHeads

layer, tokens = MixtureOfHeads(14, n_shared=2, n_routed=5, n_active=3), torch.randn(3, 11, 14)
whole = torch.compile(layer, fullgraph=True, backend="aot_eager")
torch.testing.assert_close(whole(tokens), layer(tokens))
"""


def test_compiled_in_one_graph_it_is_the_same(plain_python):
    """Apart from the import hook of the tests, which torch cannot trace."""
    plain_python.run(COMPILED)
