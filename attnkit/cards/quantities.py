"""What a mechanism keeps and what it costs, counted."""

import ast

from torch.utils.flop_counter import FlopCounterMode

from attnkit.cards.mechanism import Mechanism
from attnkit.cards.searches import Seen
from attnkit.cards.tokens import D_KEY, D_VALUE, random_tokens

__all__ = ["cost", "count", "state"]

LENGTHS = (7, 13)
GROWTH = {"n": 2, "n^2": 4}


def state(mechanism: Mechanism, declared: str) -> Seen:
    """The numbers kept for the next token, at two lengths, against the formula."""
    told = []
    for n in LENGTHS:
        kept = mechanism.tokens_read(*random_tokens(n))[1]
        wanted = count(declared, {"n": n, "d_key": D_KEY, "d_value": D_VALUE})
        told.append(f"{kept} numbers at length {n}")
        if kept != wanted:
            return Seen(False, f"{told[-1]}, and {declared} is {wanted}")
    return Seen(True, f"{' and '.join(told)}, keys of width {D_KEY}, values of {D_VALUE}")


def cost(mechanism: Mechanism, declared: str) -> Seen:
    """The multiplications in matrix products, and how they grow when the length doubles."""
    counts = []
    for n in (256, 512):
        with FlopCounterMode(display=False) as counter:
            mechanism.tokens_read(*random_tokens(n))
        counts.append(counter.get_total_flops() // 2)
    grows = counts[1] / max(counts[0], 1)
    evidence = f"{counts[0]:,} multiplications at length 256, {grows:.3g} times as many at 512"
    return Seen(abs(grows - GROWTH[declared]) < 0.1 * GROWTH[declared], evidence)


def count(formula: str, sizes: dict[str, int]) -> float:
    """A formula of sums, products and quotients of sizes."""
    operations = (ast.BinOp, ast.Add, ast.Mult, ast.Div)
    allowed = (ast.Expression, *operations, ast.Name, ast.Load, ast.Constant)
    tree = ast.parse(formula, mode="eval")
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    if not all(isinstance(node, allowed) for node in ast.walk(tree)) or names - sizes.keys():
        raise ValueError(f"state must be sums and products of {[*sizes]}, got {formula!r}")
    return eval(compile(tree, "card", "eval"), {"__builtins__": {}}, sizes)
