"""Find the smallest matrix that lets two like queries look with unlike sharpness."""

import math

import torch

from attnkit.coursework import Task, compare, law

__all__ = ["TWO_LIKE_QUERIES"]


def pairs(generator, variant):
    """Two queries of length one, nearer and nearer to each other, and a direction of the keys."""
    d_key = variant["d_key"]
    for cosine in (0.0, 0.5, 0.9):
        drawn = torch.randn(d_key, d_key, generator=generator, dtype=torch.float64)
        basis = torch.linalg.qr(drawn)[0]
        second = cosine * basis[0] + math.sqrt(1 - cosine**2) * basis[1]
        along = torch.randn(3, generator=generator, dtype=torch.float64)
        yield {
            "queries": torch.stack([basis[0], second]),
            "sharpness": torch.tensor([8.0, 1.0], dtype=torch.float64),
            "along": along / along.norm(),
        }


@law("both queries", "Each query goes to its sharpness along the direction.", cases=pairs)
def both_queries(answer, queries, sharpness, along):
    given = queries @ answer(queries, sharpness, along).mT
    return compare.against(given, sharpness[:, None] * along, what="where the queries go")


@law("nowhere else", "What is square to both queries goes to zero.", cases=pairs)
def nowhere_else(answer, queries, sharpness, along):
    square = torch.linalg.svd(queries)[2][2:]
    given = square @ answer(queries, sharpness, along).mT
    return compare.against(given, torch.zeros_like(given), what="where other directions go")


TWO_LIKE_QUERIES = Task(
    name="two-like-queries",
    title="Alike, but to look differently",
    kind="implement",
    difficulty=3,
    minutes=35,
    statement=r"""
Two queries of length one in {d_key} dimensions are to look along the same direction $u$ of the
keys, with sharpness $b_1$ and $b_2$. Write `smallest_matrix(queries, sharpness, along)`, the
matrix $W$ of least Frobenius norm with $W q_i = b_i u$, without anything of attnkit. Then let the
queries come together: what happens to its norm, and what would a temperature for each query save?
""",
    hints=(
        "How many directions of the queries' space can matter to the matrix at all?",
        "Write the matrix as the direction times a row vector, and look for the shortest such row.",
        "The row is a combination of the two queries: its coefficients solve two equations.",
    ),
    placeholder='''
def smallest_matrix(queries, sharpness, along):
    """Matrix (key feature, feature) of queries (2, feature), two numbers and a direction."""
    return torch.full((len(along), queries.shape[-1]), float("nan"), dtype=queries.dtype)
''',
    laws=(both_queries, nowhere_else),
    variants={"d_key": (5, 7, 11)},
    library={},
)
