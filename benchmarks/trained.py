"""Time what capturing a passage costs beside the model's own pass: one thread, in turn, ratios.

OMP_NUM_THREADS=1 python benchmarks/trained.py [--rounds 7] [--tokens 256]
"""

import argparse

import torch
from turns import best_times, table

from attnkit.trained import capture, encoder, passages


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--tokens", type=int, default=256)
    asked = parser.parse_args()
    torch.set_num_threads(1)
    try:
        real = encoder()
    except ModuleNotFoundError as missing:
        print(f"not installed, so not timed: {missing}")
        return
    tokens = real.tokens(passages()[-1])[: asked.tokens]

    def own() -> None:
        with torch.no_grad():
            real.model(tokens[None], output_attentions=True, output_hidden_states=True)

    contenders = {
        "the model's own pass": own,
        "capture": lambda: capture(real.model, tokens),
    }
    title = f"{len(tokens)} tokens, 6 layers of 12 heads, every weight kept"
    times = best_times(contenders, rounds=asked.rounds)
    table(title, times, "the model's own pass", at_most={"capture": 1.5})


if __name__ == "__main__":
    main()
