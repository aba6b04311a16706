"""A question that is the same at every token, and one that the token asks: who answers which?"""

import torch
from torch import Tensor, nn
from torch.nn.functional import one_hot, scaled_dot_product_attention

from attnkit.experiments import Experiment, global_seed
from attnkit.linear_time.aaren.layer import Aaren

__all__ = ["TWO_QUESTIONS"]

CODES, VALUES, WIDTH, HEADS, TOKENS = 8, 4, 32, 4, 32


class Attention(nn.Module):
    """Causal softmax attention with a query of each token's own."""

    def __init__(self) -> None:
        super().__init__()
        self.projections = nn.Linear(WIDTH, 3 * WIDTH, bias=False)
        self.output = nn.Linear(WIDTH, WIDTH, bias=False)

    def forward(self, x: Tensor) -> tuple[Tensor, None]:
        """Tokens (batch, time, feature) to the same shape."""
        heads = (t.unflatten(-1, (HEADS, -1)) for t in self.projections(x).chunk(3, -1))
        q, k, v = (t.transpose(1, 2) for t in heads)
        read = scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.output(read.transpose(1, 2).flatten(-2)), None


def draw(question: str, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Tokens (batch, time, code + 1 + value): a code, a priority, a value; and what is asked for.

    "highest": the value of the token with the highest priority so far. "same code": the mean value
    of the tokens so far that have this token's code.
    """
    codes = torch.randint(CODES, (64, TOKENS), generator=generator)
    priority = torch.randn(64, TOKENS, 1, generator=generator)
    values = torch.randn(64, TOKENS, VALUES, generator=generator)
    tokens = torch.cat([one_hot(codes, CODES), priority, values], -1)
    if question == "highest":
        place = priority[..., 0].cummax(-1).indices
        return tokens, values.gather(1, place[..., None].expand_as(values))
    same = (codes[:, :, None] == codes[:, None]).float().tril()
    return tokens, same / same.sum(-1, keepdim=True) @ values


def run(case: dict, *, seed: int, device: str) -> dict:
    """Squared error on new sequences over the variance of what is asked for."""
    generator = torch.Generator().manual_seed(seed)
    with global_seed(seed):
        layer = Aaren(WIDTH, HEADS) if case["layer"] == "one query" else Attention()
        model = nn.ModuleList([nn.Linear(CODES + 1 + VALUES, WIDTH), layer, nn.Linear(WIDTH, 4)])
    optimiser = torch.optim.Adam(model.parameters(), lr=5e-3)
    for _ in range(case["steps"]):
        loss = _error(model, *draw(case["question"], generator))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    tokens, wanted = draw(case["question"], torch.Generator().manual_seed(1000 + seed))
    with torch.no_grad():
        return {"error": float(f"{_error(model, tokens, wanted) / wanted.var():.4g}")}


def _error(model: nn.ModuleList, tokens: Tensor, wanted: Tensor) -> Tensor:
    embed, layer, answer = model
    return (answer(layer(embed(tokens))[0]) - wanted).square().mean()


def _cases(steps: int) -> list[dict]:
    return [
        {"question": question, "layer": layer, "steps": steps}
        for question in ("highest", "same code")
        for layer in ("one query", "a query each")
    ]


TWO_QUESTIONS = Experiment(
    name="linear-time-aaren-toy",
    title="A question that is the same at every token, and one that the token asks",
    source="the layer of Feng et al. 2024; the questions are ours",
    cases={"quick": _cases(20), "full": _cases(400)},
    seeds={"quick": 1, "full": 3},
    run=run,
)
