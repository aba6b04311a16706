"""Two pairs that a sum remembers better than a corrected memory."""

from attnkit.coursework import Task, law
from attnkit.memory.capacity.recall import MEMORIES

__all__ = ["ADDING_WINS"]

OVERLAP = 0.8


def _cases(generator, variant):
    yield {"factor": variant["factor"]}


@law("unit keys", "Both keys have length one.", cases=_cases)
def _unit_keys(answer, *, factor):
    keys, _ = answer()
    away = keys.norm(dim=-1) - 1
    if bool((away.abs() > 1e-6).any()):
        return f"a key is too {'long' if away.abs().max() == away.max() else 'short'}"
    return None


@law("different keys", f"The keys overlap by at most {OVERLAP} in size.", cases=_cases)
def _different(answer, *, factor):
    keys, _ = answer()
    return "the keys overlap too much" if (keys[0] @ keys[1]).abs() > OVERLAP + 1e-9 else None


@law("signs as values", "Both values are plus or minus one.", cases=_cases)
def _signs(answer, *, factor):
    _, values = answer()
    return "a value is neither one nor minus one" if bool((values.abs() != 1).any()) else None


@law(
    "adding wins",
    "The mean squared error of the delta rule exceeds that of the sum by the factor asked for.",
    cases=_cases,
)
def _adding_wins(answer, *, factor):
    keys, values = answer()
    values = values[:, None]
    corrected, summed = (
        (recall(keys, keys, values) - values).square().mean()
        for recall in (MEMORIES["delta"].recall, MEMORIES["hebb"].recall)
    )
    if corrected > summed * factor and summed > 0:
        return None
    return "the error of the delta rule is too small beside that of the sum"


ADDING_WINS = Task(
    name="adding-wins",
    title="When adding beats correcting",
    kind="break",
    difficulty=2,
    minutes=25,
    statement=r"""
> *A memory that writes its error recalls a list at least as well as one that only adds.*

The chapter's table of capacities speaks against it for long lists. Two pairs are enough. Write
`pairs_better_added()`: it returns two unit keys (2, 2) and two values (2,), each $+1$ or $-1$, in
float64. The keys may overlap by at most 0.8. After one pass in this order the mean squared error
of asking for both pairs must be more than {factor} times as large under the delta rule at rate
one as under the Hebbian sum. Then say what a second pass over the list changes.
""",
    hints=(
        "The newest pair is exact under the delta rule. So everything must be lost at the first "
        "one.",
        "Write both errors of the first pair with the overlap $c$ and the two values. Which sign "
        "of the second value makes correcting hurt most?",
        "The sum errs twice, the delta rule once but by more. Compare the two means as functions "
        "of $c$: from which overlap on is the second larger?",
    ),
    placeholder='''
def pairs_better_added():
    """Two unit keys and two signs that a sum recalls better."""
    keys = torch.full((2, 2), float("nan"), dtype=torch.float64)
    values = torch.full((2,), float("nan"), dtype=torch.float64)
    return keys, values
''',
    laws=(_unit_keys, _different, _signs, _adding_wins),
    variants={"factor": (1.3, 1.4, 1.5)},
)
