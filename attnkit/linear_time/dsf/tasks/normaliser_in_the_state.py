"""Move the normaliser of linear attention from the read into the state."""

import torch

from attnkit.coursework import Task, compare, law

__all__ = ["NORMALISER_IN_THE_STATE"]


def sequences(generator, variant):
    """Positive queries and keys, and values, from one token on."""
    for n_tokens in (1, 2, variant["n_tokens"]):
        queries, keys = torch.rand(2, n_tokens, 3, generator=generator, dtype=torch.float64) + 0.1
        values = torch.randn(n_tokens, 2, generator=generator, dtype=torch.float64)
        yield {"queries": queries, "keys": keys, "values": values}


def _run(transition, write, queries, values):
    """The state after every token (time, key, value), and what each query reads of it."""
    state = values.new_zeros(queries.shape[-1], values.shape[-1])
    states = []
    for a, b, v in zip(transition, write, values, strict=True):
        state = a * state + b[:, None] * v
        states.append(state)
    states = torch.stack(states)
    return states, (queries[:, :, None] * states).sum(-2)


@law(
    "one number a token",
    "There is one number for the state and one vector to write.",
    cases=sequences,
)
def one_number(answer, queries, keys, values):
    transition, write = answer(queries, keys)
    shapes = tuple(transition.shape), tuple(write.shape)
    wanted = (len(keys),), tuple(keys.shape)
    return None if shapes == wanted else f"the shapes are {shapes[0]} and {shapes[1]}"


@law("the first token", "The first query reads the first value as it is.", cases=sequences)
def the_first_token(answer, queries, keys, values):
    read = _run(*answer(queries, keys), queries, values)[1]
    return compare.against(read[0], values[0], what="what is read first")


@law("length of a query", "Queries of twice the length read the same.", cases=sequences)
def length_of_a_query(answer, queries, keys, values):
    once = _run(*answer(queries, keys), queries, values)[1]
    longer = queries * torch.linspace(1, 3, len(queries), dtype=torch.float64)[:, None]
    told = _run(*answer(longer, keys), longer, values)[1]
    return compare.against(told, once, what="what longer queries read")


@law("sum of one", "Values that are all one are read as one.", cases=sequences)
def sum_of_one(answer, queries, keys, values):
    ones = torch.ones_like(values)
    read = _run(*answer(queries, keys), queries, ones)[1]
    return compare.against(read, ones, what="the read of ones")


@law("the averages", "It reads what normalised linear attention reads.", cases=sequences)
def the_averages(answer, queries, keys, values):
    read = _run(*answer(queries, keys), queries, values)[1]
    weights = (queries @ keys.T).tril()
    wanted = weights @ values / weights.sum(-1, keepdim=True)
    return compare.against(read, wanted, what="what is read")


NORMALISER_IN_THE_STATE = Task(
    name="normaliser-in-the-state",
    title="The normaliser as a transition",
    kind="derive",
    difficulty=3,
    minutes=35,
    statement=r"""
Normalised linear attention divides by $\eta_t = q_t \cdot \sum_{{j \le t}} k_j$ when it reads.
Write it as the system $h_t = A_t h_{{t-1}} + B_t v_t^\top$, $o_t = h_t^\top q_t$, whose read
divides by nothing: one number $A_t$ and one vector $B_t$ for each of {n_tokens} tokens, say, as
`normalised_system(queries, keys)`, without anything of attnkit. All products are positive. What
does $A_t$ know that a decay does not, and may it exceed one?
""",
    hints=(
        "Which state would have to be read so that no division is left?",
        "Write that state with the one before it, and look at what stands in front.",
        "Two neighbouring normalisers meet in the transition; the first token has none before it.",
    ),
    placeholder='''
def normalised_system(queries, keys):
    """Transitions (time,) and writes (time, key) for queries and keys (time, key)."""
    return torch.full_like(keys[:, 0], float("nan")), torch.full_like(keys, float("nan"))
''',
    laws=(one_number, the_first_token, length_of_a_query, sum_of_one, the_averages),
    variants={"n_tokens": (5, 7, 11)},
    library={},
)
