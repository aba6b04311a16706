"""How far the largest entry stands out in a trained encoder, before and after each layer's norm."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import torch
from torch import Tensor, nn

from attnkit.experiments import Experiment
from attnkit.normalisation.massive_activations.ratio import activation_ratio
from attnkit.trained import encoder, passages

__all__ = ["MASSIVE_ENCODER", "around_norms"]


@contextmanager
def around_norms(norms: list[nn.Module]) -> Iterator[list[tuple[Tensor, Tensor]]]:
    """While it lasts, what enters and leaves each norm (token, feature) is kept, in their order."""
    kept: list[tuple[Tensor, Tensor]] = []
    with ExitStack() as stack:
        for norm in norms:
            handle = norm.register_forward_hook(
                lambda _, entered, left: kept.append((entered[0][0].detach(), left[0].detach()))
            )
            stack.callback(handle.remove)
        yield kept


@torch.no_grad()
def run(case: dict, *, seed: int, device: str) -> dict:
    """By passage and layer: both ratios, and the token and feature of the largest entry before."""
    reader = encoder()
    norms = [layer.output.LayerNorm for layer in reader.model.encoder.layer]
    found: dict[str, list] = {name: [] for name in ("before", "after", "token", "feature")}
    for text in passages()[: case["n_passages"]]:
        with around_norms(norms) as kept:
            reader.model(input_ids=reader.tokens(text)[None])
        for name, which in (("before", 0), ("after", 1)):
            ratios = [activation_ratio(pair[which]).item() for pair in kept]
            found[name].append([round(ratio, 2) for ratio in ratios])
        places = [divmod(before.abs().argmax().item(), before.shape[-1]) for before, _ in kept]
        found["token"].append([token for token, _ in places])
        found["feature"].append([feature for _, feature in places])
    return found


MASSIVE_ENCODER = Experiment(
    name="normalisation-massive-encoder",
    title="Largest over median entry in each layer of one six-layer encoder",
    source="Sun et al. 2024, arXiv:2402.17762; the encoder and the passages are ours to choose",
    cases={"quick": [{"n_passages": 3}], "full": [{"n_passages": 30}]},
    seeds={"quick": 1, "full": 1},
    run=run,
)
