"""One head is to read the difference of two marked values: who can, and at which length?"""

import torch
from torch import Tensor, nn

from attnkit.densities.probability_cage.standardised import standardised_weights
from attnkit.experiments import Experiment, global_seed

__all__ = ["DIFFERENCE"]

WIDTH = 4
"""Of a token's content; two more features mark the token to add and the one to take away."""


class Reader(nn.Module):
    """One query that is learned, and for each head a projection of keys and of values."""

    def __init__(self, weigh: str, n_heads: int):
        super().__init__()
        self.weigh = weigh
        self.key = nn.Parameter(0.1 * torch.randn(n_heads, WIDTH + 2))
        self.value = nn.Parameter(0.1 * torch.randn(n_heads, WIDTH + 2, WIDTH))
        self.gain = nn.Parameter(torch.ones(n_heads, 1))
        self.bias = nn.Parameter(torch.zeros(n_heads, 1))

    def forward(self, tokens: Tensor) -> Tensor:
        """What is read (row, width) of tokens (row, key, feature)."""
        scores = torch.einsum("rkf,hf->rhk", tokens, self.key)
        if self.weigh == "softmax":
            weights = scores.softmax(-1)
        else:
            weights = standardised_weights(scores, self.gain, self.bias)
        return torch.einsum("rhk,rkf,hfc->rc", weights, tokens, self.value)


def draw(n_rows: int, n_keys: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Tokens (row, key, feature), two of each row marked, and the difference of their contents."""
    tokens = torch.randn(n_rows, n_keys, WIDTH + 2, generator=generator)
    tokens[..., WIDTH:] = 0.0
    order = torch.rand(n_rows, n_keys, generator=generator).argsort(-1)
    each = torch.arange(n_rows)
    first, second = order[:, 0], order[:, 1]
    tokens[each, first, WIDTH], tokens[each, second, WIDTH + 1] = 1.0, 1.0
    return tokens, tokens[each, first, :WIDTH] - tokens[each, second, :WIDTH]


def run(case: dict, *, seed: int, device: str) -> dict:
    """Error as a share of the target's variance, and cosine to the target, at three lengths."""
    generator = torch.Generator().manual_seed(seed)
    with global_seed(seed):
        reader = Reader(case["weights"], case["heads"])
    optimiser = torch.optim.Adam(reader.parameters(), lr=0.02)
    for _ in range(case["steps"]):
        tokens, target = draw(64, 16, generator)
        loss = (reader(tokens) - target).square().mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    found = {}
    with torch.no_grad():
        for n in (16, 64, 256):
            tokens, target = draw(1000, n, torch.Generator().manual_seed(1000))
            read = reader(tokens)
            error = (read - target).square().sum() / target.square().sum()
            cosine = torch.nn.functional.cosine_similarity(read, target).mean()
            found[str(n)] = {"error": float(f"{error:.4g}"), "cosine": float(f"{cosine:.4g}")}
    return found


def _cases(steps: int) -> list[dict]:
    kinds = (("softmax", 1), ("softmax", 2), ("standardised", 1))
    return [{"weights": name, "heads": heads, "steps": steps} for name, heads in kinds]


DIFFERENCE = Experiment(
    name="densities-difference",
    title="One head that is to read the difference of two values",
    source="derived here; the layer is that of Richter and Wattenhofer 2020",
    cases={"quick": _cases(30), "full": _cases(800)},
    seeds={"quick": 1, "full": 5},
    run=run,
)
