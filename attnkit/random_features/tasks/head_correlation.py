"""How alike two pairs look to a random head, and to a unit that adds instead of multiplying."""

from attnkit.coursework import Task, compare, law
from attnkit.random_features.tasks.samples import gaussian, head_matrices

__all__ = ["HEAD_CORRELATION"]

N_DRAWS = 40_000


def two_pairs(generator, variant):
    """Two queries and two keys of small and larger widths."""
    for width in (2, variant["width"], 7):
        for _ in range(2):
            query, key, other_query, other_key = gaussian(generator, 4, width)
            yield {
                "query": query,
                "key": key,
                "other_query": other_query + query,
                "other_key": other_key - key,
            }


def _measured(scores, other_scores):
    product = (scores * other_scores).mean()
    return product / (scores.square().mean() * other_scores.square().mean()).sqrt()


@law(
    "itself",
    "A score has correlation one with itself, and minus one with its negative.",
    cases=two_pairs,
)
def itself(answer, query, key, other_query, other_key):
    for found in answer(query, key, query, key):
        if sentence := compare.against(found, 1.0, what="the correlation with itself"):
            return sentence
    turned = answer(query, key, query, -key)[0]
    return compare.against(turned, -1.0, what="the head's correlation with the key turned round")


@law("a head", "It agrees with random heads, drawn and counted.", cases=two_pairs)
def a_head(answer, query, key, other_query, other_key):
    matrices = head_matrices(N_DRAWS, len(query))
    scores, others = matrices @ key @ query, matrices @ other_key @ other_query
    found = answer(query, key, other_query, other_key)[0]
    return compare.against(
        found, _measured(scores, others), what=("the head's correlation"), tolerance=0.05
    )


@law("a sum", "It agrees with random units that add query and key.", cases=two_pairs)
def a_sum(answer, query, key, other_query, other_key):
    first, second = head_matrices(N_DRAWS, len(query))[:, :2].unbind(1)
    scores, others = first @ query + second @ key, first @ other_query + second @ other_key
    found = answer(query, key, other_query, other_key)[1]
    return compare.against(
        found, _measured(scores, others), what=("the sum's correlation"), tolerance=0.05
    )


HEAD_CORRELATION = Task(
    name="head-correlation",
    title="A product, not a mean",
    kind="derive",
    difficulty=1,
    minutes=20,
    statement=r"""
The entries of $W$ are independent, of mean zero and deviation $\tfrac12$. Derive the correlation
of the two scores $q^\top W k$ and $q'^\top W k'$ that one random head gives to two pairs. Then
derive it for a unit that adds, $\langle w, [q; k]\rangle$ with independent entries in $w$. Which
of the two can tell a pair with a familiar key and a strange query from a familiar pair, and how?
Hand in both derivations, and let `correlations(query, key, other_query, other_key)` return the two
numbers, so that they can be held to heads drawn at random, first in {width} dimensions and fewer.
""",
    hints=(
        "Both scores are linear in the random numbers. A correlation needs the mean of a "
        "product and two mean squares, nothing else.",
        "Write $q^\\top W k = \\sum_{ij} q_i W_{ij} k_j$ twice, with different indices. Which "
        "terms of the product have a mean other than zero?",
        "What survives is a double sum whose terms are a factor with $i$ times a factor with "
        "$j$. For the unit that adds, the same happens with a single sum over the joined "
        "vector.",
    ),
    placeholder='''
def correlations(query, key, other_query, other_key):
    """Correlation of two scores of a random head, and of a unit that adds; tokens (feature,)."""
    return float("nan"), float("nan")
''',
    laws=(itself, a_head, a_sum),
    rubric=(
        "The covariance of the entries of W is written down, and used to drop the mixed terms.",
        "Says whether the deviation ½ matters, and why.",
        "Both correlations are given for tokens of any length, not of length one only.",
        "Answers the question about familiar and strange tokens from the two formulas.",
    ),
    variants={"width": (3, 4, 5)},
)
