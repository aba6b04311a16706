"""Time every map of tokens of the room at a length and at four times it, in one run, one thread.

    OMP_NUM_THREADS=1 python benchmarks/linear_time_growth.py [--rounds 5] [--only Taylor]

A mechanism is linear in time if the second takes at most 4.4 times the first; softmax attention
stands beside them. Whoever has a card is measured, with the settings of the card.
"""

import argparse

import torch
import torch.nn.functional as F
from turns import best_times, forward

from attnkit.cards import cards, mechanisms
from attnkit.cards.mechanism import TokenMap

SHORT, LONG, MOST = 1024, 4096, 4.4
D_KEY = {"fourth-order Taylor attention": 6}  # of whose features there would be 58,905 at 32


def sequences(n, d_key):
    """Queries and keys that are positive, and values; four sequences of width 32."""
    generator = torch.Generator().manual_seed(0)
    q, k = torch.rand(2, 4, n, d_key, generator=generator)
    return q, k, torch.randn(4, n, 32, generator=generator)


def softmax_attention(q, k, v):
    """The causal softmax attention of torch."""
    return F.scaled_dot_product_attention(q, k, v, is_causal=True)


def contenders(each, name):
    """The two runs of a mechanism, and of softmax attention at the same sizes."""
    runs = {}
    for n in (SHORT, LONG):
        inputs = sequences(n, D_KEY.get(name, 32))
        chances = torch.full((4, n, len(each.gates)), 0.5)
        named = each.gates_of(chances)
        runs[n] = forward(lambda *t, g=named: each.run(each.function, *t, g), inputs)
        runs["softmax", n] = forward(softmax_attention, inputs)
    return runs


def main():
    """One line for each mechanism of the room."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="", help="a part of a mechanism's name")
    given = parser.parse_args()
    torch.set_num_threads(1)
    print(f"torch {torch.__version__}, one thread, {SHORT} and {LONG} tokens, four sequences")
    found = (m for card in cards() if card.room == "linear_time" for m in mechanisms(card))
    for each in (m for m in found if isinstance(m, TokenMap) and given.only in m.name):
        times = best_times(contenders(each, each.name), rounds=given.rounds)
        growth, softmax = (
            times[LONG] / times[SHORT],
            times["softmax", LONG] / times["softmax", SHORT],
        )
        told = "linear" if growth <= MOST else f"MORE THAN {MOST}"
        beside = times[LONG] / times["softmax", LONG]
        print(
            f"  {each.name:30s} {growth:5.2f} times as long ({told}); softmax {softmax:5.2f}; "
            f"at {LONG} tokens {beside:5.2f} of softmax's time"
        )


if __name__ == "__main__":
    main()
