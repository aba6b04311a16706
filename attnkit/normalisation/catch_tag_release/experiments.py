"""Whether a trained toy catches, tags and releases; and whether a trained encoder's sink tags."""

import torch
from torch import Tensor

from attnkit.experiments import Experiment
from attnkit.normalisation.catch_tag_release.trained_toy import (
    N_CONTENT,
    WIDTH,
    TwoLayers,
    draw,
    loss,
    train,
)
from attnkit.trained import capture, encoder, passages

__all__ = ["TOY", "TRAINED", "explained"]


@torch.no_grad()
def measured(model: TwoLayers, generator: torch.Generator) -> dict[str, float]:
    """Errors, mass on the separator, and how far apart tokens before and after it are marked.

    `separation` is the distance between the mean states before and after the separator, along the
    line between them, in standard deviations; `untagged` the loss with that direction removed
    between the layers, and `random` with another one.
    """
    batch = draw(512, generator)
    embedded = batch.tokens @ model.embed
    states = model.after(0, embedded)
    marks = batch.tokens[..., N_CONTENT] > 0
    before = ~batch.after & ~marks
    line = states[batch.after].mean(0) - states[before].mean(0)
    tag, other = line / line.norm(), torch.randn(WIDTH, generator=generator)
    along = [states[where] @ tag for where in (batch.after, before)]
    spread = torch.cat([part - part.mean() for part in along]).std()
    caught = (model.weights(0, embedded) * marks[:, None]).sum(-1)[batch.after].mean()
    total = (batch.tokens[..., :N_CONTENT]).cumsum(1)
    of_all = total / torch.arange(1, total.shape[1] + 1)[:, None]
    return {
        "loss": loss(model(batch.tokens), batch).item(),
        "loss_of_all": loss(of_all, batch).item(),
        "caught": caught.item(),
        "separation": (line.norm() / spread).item(),
        "untagged": loss(model(batch.tokens, tag), batch).item(),
        "random": loss(model(batch.tokens, other / other.norm()), batch).item(),
    }


def run_toy(case: dict, *, seed: int, device: str) -> dict:
    """One model, trained and looked into."""
    generator = torch.Generator().manual_seed(seed)
    model = TwoLayers(generator)
    train(model, case["n_steps"], generator)
    return measured(model, generator)


def explained(outputs: Tensor, direction: Tensor) -> Tensor:
    """Share of the variance of outputs (head, token, feature) along directions (head, feature)."""
    centred = outputs - outputs.mean(-2, keepdim=True)
    unit = torch.nn.functional.normalize(direction, dim=-1)
    along = (centred * unit[:, None]).sum(-1).square().sum(-1)
    return along / centred.square().sum((-2, -1))


def run_trained(case: dict, *, seed: int, device: str) -> dict:
    """By head, as means over passages: variance along the values of the first and another token."""
    real, found = encoder(), {"first": [], "middle": [], "mass": []}
    for text in passages()[: case["n_passages"]]:
        made = capture(real.model, real.tokens(text))
        weights, values = made.weights.flatten(0, 1), made.values.flatten(0, 1)
        outputs = weights @ values
        found["first"].append(explained(outputs, values[:, 0]))
        found["middle"].append(explained(outputs, values[:, values.shape[1] // 2]))
        found["mass"].append(weights[..., 0].mean(-1))
    means = {name: torch.stack(parts).mean(0).tolist() for name, parts in found.items()}
    return means | {"by_chance": 1 / values.shape[-1]}


TOY = Experiment(
    name="normalisation-tags",
    title="Two trained layers that average what follows a separator: is there a sink, or a tag",
    source="Settings are ours; the problem is that of Zhang, Khan and Papyan 2025",
    cases={"quick": [{"n_steps": 30}], "full": [{"n_steps": 1500}]},
    seeds={"quick": 1, "full": 5},
    run=run_toy,
)

TRAINED = Experiment(
    name="normalisation-tags-trained",
    title="Variance of head outputs along the first token's value in one six-layer encoder",
    source="Measured here on all-MiniLM-L6-v2",
    cases={"quick": [{"n_passages": 2}], "full": [{"n_passages": 30}]},
    seeds={"quick": 1, "full": 1},
    run=run_trained,
)
