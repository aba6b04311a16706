"""Write the weights of two layers that recall, without training anything."""

import torch

from attnkit.coursework import Task, compare, law
from attnkit.memory import recall_sequences

__all__ = ["TWO_LAYERS_BY_HAND"]


def sequences(generator, variant):
    """Sequences of pairs and then keys, one-hot, with the values that are asked for."""
    for n_pairs in (1, 3, variant["n_pairs"]):
        for _ in range(3):
            tokens, answers = recall_sequences(1, n_pairs, vocabulary=20, generator=generator)
            yield {
                "tokens": torch.nn.functional.one_hot(tokens[0], 20).double(),
                "values": torch.nn.functional.one_hot(answers[0] + 10, 20).double(),
                "n_pairs": n_pairs,
            }


@law("nothing ahead", "No token gives weight to one that comes later.", cases=sequences)
def nothing_ahead(answer, tokens, values, n_pairs):
    first, second = answer(tokens)
    later = torch.stack([first, second]).triu(1)
    return compare.against(later, torch.zeros_like(later), what="the weights of later tokens")


@law("shares", "Every row of both layers sums to one.", cases=sequences)
def shares(answer, tokens, values, n_pairs):
    first, second = answer(tokens)
    sums = torch.stack([first, second]).sum(-1)
    return compare.against(sums, torch.ones_like(sums), what="the sums of the rows")


@law("a blind layer", "The first layer's weights are the same for all tokens.", cases=sequences)
def a_blind_layer(answer, tokens, values, n_pairs):
    other = answer(tokens[:1].repeat(len(tokens), 1))[0]
    return compare.against(answer(tokens)[0], other, what="the first layer's weights")


@law("a value knows its key", "The first layer reads at each value its key.", cases=sequences)
def a_value_knows_its_key(answer, tokens, values, n_pairs):
    read = (answer(tokens)[0] @ tokens)[1 : 2 * n_pairs : 2]
    return compare.against(read, tokens[: 2 * n_pairs : 2], what="what the values have read")


@law("the value is read", "Each key that is asked for reads its value.", cases=sequences)
def the_value_is_read(answer, tokens, values, n_pairs):
    _, second = answer(tokens)
    return compare.against((second @ tokens)[2 * n_pairs :], values, what="what is read at the end")


TWO_LAYERS_BY_HAND = Task(
    name="two-layers-by-hand",
    title="Recall in two layers, by hand",
    kind="implement",
    difficulty=2,
    minutes=35,
    statement=r"""
A sequence has {n_pairs} pairs, say, of a key and a value, and then each key again in another
order. At each of these the second layer is to read exactly the value that stood after that key.
Write `weigh_by_hand(tokens)` for one-hot tokens (time, vocabulary): the weights (time, time) of a
first layer, which knows places only and in which each value reads exactly its key, and those of a
second, which may look at the tokens and at what the first has read. Both are causal, each row sums
to one, and a key occurs once among the pairs. Rows of the second layer in which nobody asks
anything may look wherever they like. Use nothing of attnkit.
""",
    hints=(
        "Where stands the key of a value, and what is odd about that?",
        "The first layer copies to each place something of the place before.",
        "The first token has no place before it, and must not be taken for a value.",
    ),
    placeholder='''
def weigh_by_hand(tokens):
    """Weights (time, time) of the first and of the second layer, for tokens (time, vocabulary)."""
    nothing = torch.full((len(tokens), len(tokens)), float("nan"), dtype=tokens.dtype)
    return nothing, nothing.clone()
''',
    laws=(nothing_ahead, shares, a_blind_layer, a_value_knows_its_key, the_value_is_read),
    variants={"n_pairs": (4, 5, 6)},
    library={},
)
