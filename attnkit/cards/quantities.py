"""What a mechanism keeps and what it costs, counted; and whether its exact forms agree."""

import ast
from collections.abc import Iterator, Mapping

import torch
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from attnkit.cards.mechanism import Mechanism
from attnkit.cards.searches import Seen

__all__ = ["cost", "forms", "state"]

D_KEY, D_VALUE, LENGTHS = 3, 5, (7, 13)
GROWTH = {"n": 2, "n^2": 4}
CLOSE = 1e-9


def state(mechanism: Mechanism, declared: str) -> Seen:
    """The numbers kept for the next token, at two lengths, against the formula."""
    told = []
    for n in LENGTHS:
        kept = mechanism.tokens_read(*_tokens(n))[1]
        wanted = _value(declared, {"n": n, "d_key": D_KEY, "d_value": D_VALUE})
        told.append(f"{kept} numbers at length {n}")
        if kept != wanted:
            return Seen(False, f"{told[-1]}, and {declared} is {wanted}")
    return Seen(True, f"{' and '.join(told)}, keys of width {D_KEY}, values of {D_VALUE}")


def cost(mechanism: Mechanism, declared: str) -> Seen:
    """The multiplications in matrix products, and how they grow when the length doubles."""
    counts = []
    for n in (256, 512):
        with FlopCounterMode(display=False) as counter:
            mechanism.tokens_read(*_tokens(n))
        counts.append(counter.get_total_flops() // 2)
    grows = counts[1] / max(counts[0], 1)
    evidence = f"{counts[0]:,} multiplications at length 256, {grows:.3g} times as many at 512"
    return Seen(abs(grows - GROWTH[declared]) < 0.1 * GROWTH[declared], evidence)


def forms(mechanism: Mechanism, declared: Mapping[str, str]) -> Seen:
    """Outputs, states and gradients of each exact form against the mechanism's own."""
    worst = 0.0
    for name in declared:
        pairs = zip(
            _run(mechanism, mechanism.function),
            _run(mechanism, mechanism.forms[name]),
            strict=True,
        )
        for one, other in pairs:
            apart = float((one - other).abs().max() / one.abs().max().clamp_min(1))
            if not apart <= CLOSE:
                return Seen(False, f"{name} is off by {apart:.1g}")
            worst = max(worst, apart)
    return Seen(True, f"values, states and gradients agree to {worst:.1g}")


def _run(mechanism: Mechanism, function) -> Iterator[Tensor]:
    """Output and state of random tokens, and the gradients of a fixed sum of both."""
    generator = torch.Generator().manual_seed(1)
    tokens = [t.requires_grad_() for t in _tokens(LENGTHS[-1], positive=mechanism.positive)]
    shape = (*tokens[0].shape[:-1], len(mechanism.gates))
    gates = mechanism.gates_of(torch.rand(*shape, generator=generator, dtype=torch.float64))
    output, state = mechanism.run(function, *tokens, gates)
    results = [output] if state is None else [output, state]
    total = sum((r * torch.arange(r.numel()).view_as(r).cos()).sum() for r in results)
    return iter([r.detach() for r in results] + [*torch.autograd.grad(total, tokens)])


def _tokens(n: int, *, positive: bool = True) -> list[Tensor]:
    generator = torch.Generator().manual_seed(n)
    sizes = (D_KEY, D_KEY, D_VALUE)
    drawn = [torch.randn(n, size, generator=generator, dtype=torch.float64) for size in sizes]
    queries, keys = (torch.nn.functional.normalize(t, dim=-1) for t in drawn[:2])
    return [queries.abs(), keys.abs(), drawn[2]] if positive else [queries, keys, drawn[2]]


def _value(formula: str, sizes: dict[str, int]) -> int:
    """A formula of sums and products of sizes."""
    allowed = (ast.Expression, ast.BinOp, ast.Add, ast.Mult, ast.Name, ast.Load, ast.Constant)
    tree = ast.parse(formula, mode="eval")
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    if not all(isinstance(node, allowed) for node in ast.walk(tree)) or names - sizes.keys():
        raise ValueError(f"state must be sums and products of {[*sizes]}, got {formula!r}")
    return eval(compile(tree, "card", "eval"), {"__builtins__": {}}, sizes)
