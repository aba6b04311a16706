"""No keys beat random keys by much."""

from attnkit.coursework import Task

__all__ = ["BEST_KEYS"]

BEST_KEYS = Task(
    name="best-keys",
    title="How good are the best keys?",
    kind="derive",
    difficulty=2,
    minutes=35,
    statement=r"""
Someone chooses $n$ unit keys in $d$ dimensions as cleverly as possible and stores $n$ independent
values of mean zero and unit power in a Hebbian memory.

1. Show that the noise of a read, averaged over the $n$ keys, is at least $n/d - 1$.
2. When is there equality? Give an example with $n = {multiple}d$.
3. Random keys have $(n-1)/d$. How much do the best keys save, in units of a value's power? Is that
   much at $n = {multiple}d$, at $n = d$, at $n = d/4$?
4. What does your bound say about the delta rule, replayed many times, for $n \le d$?
""",
    hints=(
        "The noise at key $j$ is a sum of squared overlaps. Sum over $j$ as well: which matrix has "
        "all overlaps as entries?",
        "You know the trace of the Gram matrix and how many of its eigenvalues can differ from "
        "zero. How small can the sum of their squares be?",
        "Cauchy and Schwarz on the eigenvalues. Equality asks for eigenvalues that are all alike; "
        "which arrangement of keys has a second-moment matrix in proportion to the identity?",
    ),
    rubric=(
        "Writes the mean noise through the Gram matrix, without an index too many.",
        "The inequality is named, and its constant is right.",
        "Says exactly when it is an equality, and gives an example with more keys than dimensions.",
        "Compares with random keys below, at and above n = d, in numbers.",
        "Says for which rules the bound speaks and for which it does not, with a reason.",
    ),
    variants={"multiple": (3, 2, 4)},
)
