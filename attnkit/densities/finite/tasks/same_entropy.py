"""Entropy and the effective number of keys are two measures, not one."""

from attnkit.coursework import Task, law
from attnkit.densities.finite import softmax, sparsemax
from attnkit.diagnostics import effective_number, entropy

__all__ = ["SAME_ENTROPY"]


def the_sizes(generator, variant):
    """One case: the number of keys and how far apart the two rows must be."""
    yield {"n_keys": variant["n_keys"], "factor": variant["factor"]}


def _both(answer, n_keys):
    for_softmax, for_sparsemax = answer(n_keys)
    return softmax(for_softmax), sparsemax(for_sparsemax)


@law("admissible", "The scores are finite.", cases=the_sizes)
def admissible(answer, n_keys, factor):
    finite = all(bool(row.isfinite().all()) for row in answer(n_keys))
    return None if finite else "a score is infinite"


@law("one entropy", "The two rows of weights have the same entropy.", cases=the_sizes)
def one_entropy(answer, n_keys, factor):
    first, second = (float(entropy(weights)) for weights in _both(answer, n_keys))
    if abs(first - second) > 1e-6:
        return f"the softmax row has the {'higher' if first > second else 'lower'} entropy"
    return None


@law("far apart", "Their effective numbers of keys differ by the factor asked.", cases=the_sizes)
def far_apart(answer, n_keys, factor):
    first, second = (float(effective_number(weights)) for weights in _both(answer, n_keys))
    if max(first, second) < factor * min(first, second):
        return "the effective numbers of the two rows are too close: the statement still stands"
    return None


SAME_ENTROPY = Task(
    name="same-entropy",
    title="One entropy, two numbers of keys",
    kind="break",
    difficulty=2,
    minutes=25,
    statement=r"""
Break this: *“Two rows of attention with the same entropy attend to the same effective number of
keys $1/\sum_i p_i^2$.”* Write `rows_of_one_entropy(n_keys)`, which returns two float64 tensors of
scores, the first to go through softmax and the second through sparsemax. For {n_keys} keys the two
rows of weights must have equal entropies within $10^{{-6}}$, and effective numbers that differ by
a factor of at least {factor}.
""",
    hints=(
        "The two measures weigh small weights differently. Which of them hardly sees a key of "
        "weight $10^{-4}$? Which adds up many such keys?",
        "Give one row a few equal weights and nothing else: both measures are then one count. Give "
        "the other a leader and a crowd of traces.",
        "Each row needs one free number. Fix the even row, and find the leader's score in the "
        "other by bisection: its entropy moves steadily with that score.",
    ),
    placeholder='''
def rows_of_one_entropy(n_keys):
    """Scores for softmax and scores for sparsemax, each (key,) in float64."""
    unknown = torch.full((n_keys,), float("nan"), dtype=torch.float64)
    return unknown, unknown
''',
    laws=(admissible, one_entropy, far_apart),
    variants={"n_keys": (64, 96, 128, 200), "factor": (3, 2.5)},
)
