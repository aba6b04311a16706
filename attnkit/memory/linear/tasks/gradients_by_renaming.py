"""The backward pass of linear attention by three calls of its forward pass."""

import torch

from attnkit.coursework import Task, compare, law
from attnkit.memory.shared.tasks.sequences import normal, sequences

__all__ = ["GRADIENTS_BY_RENAMING"]


def _cases(generator, variant):
    for n_tokens, d_key, d_value in ((1, 1, 1), (3, 2, 1), (variant["n_tokens"], 5, 3)):
        drawn = sequences(generator, n_tokens, d_key, d_value)
        yield drawn | {"output_gradient": normal(generator, n_tokens, d_value)}


def _by_autograd(queries, keys, values, output_gradient) -> tuple[torch.Tensor, ...]:
    """Differentiate the sum written out, with all scores in one matrix."""
    leaves = [each.clone().requires_grad_() for each in (queries, keys, values)]
    reads = (leaves[0] @ leaves[1].mT).tril() @ leaves[2]
    return torch.autograd.grad((reads * output_gradient).sum(), leaves)


def _gradient_law(place: int, name: str):
    statement = f"The gradient of the {name} is that of the sum written out."

    @law(name, statement, cases=_cases)
    def holds(answer, *, queries, keys, values, output_gradient):
        wanted = _by_autograd(queries, keys, values, output_gradient)[place]
        got = answer(queries, keys, values, output_gradient)[place]
        return compare.against(got, wanted, what=f"the gradient of the {name}")

    return holds


GRADIENTS_BY_RENAMING = Task(
    name="gradients-by-renaming",
    title="Gradients by renaming",
    kind="implement",
    difficulty=3,
    minutes=40,
    statement=r"""
Linear attention needs no backward kernel of its own. Write `attention_gradients(queries, keys,
values, output_gradient)`: the gradients of queries, keys and values, in this order, each by *one*
call of `attnkit.memory.linear_attention` (it returns reads and state) on the four sequences, in
other roles and where needed with time reversed. No autograd, and nothing else of attnkit. `queries`
and `keys` are (time, d), `values` and `output_gradient` (time, v); try {n_tokens} tokens. Prove one
of the three identities on paper.
""",
    hints=(
        "Write the sum of reads times their gradients as a double sum over $s\\le t$. Each term is "
        "a product of two inner products.",
        "Collect the coefficient of one query, one key, one value. Which index is summed over, and "
        "over which range of times?",
        "A sum over *later* times is a causal sum in reversed time: flip every sequence that goes "
        "in, and the one that comes out.",
    ),
    placeholder='''
def attention_gradients(queries, keys, values, output_gradient):
    """The gradients of queries, keys and values of causal linear attention."""
    nothing = float("nan")
    return (
        torch.full_like(queries, nothing),
        torch.full_like(keys, nothing),
        torch.full_like(values, nothing),
    )
''',
    laws=tuple(
        _gradient_law(place, name) for place, name in enumerate(("queries", "keys", "values"))
    ),
    library={"linear_attention": 3},
    autograd=False,
    variants={"n_tokens": (40, 33, 57)},
)
