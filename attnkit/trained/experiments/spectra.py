"""The product of query and key matrix of each trained head: trace, spread of eigenvalues, norm."""

import math

import torch
from torch import Tensor

from attnkit.experiments import Experiment
from attnkit.trained import capture, passages
from attnkit.trained.experiments.common import SOURCE, passage, real, rounded

__all__ = ["SPECTRA", "products", "spectrum"]


def products(model) -> Tensor:
    """(layer, head, width, width): W with scores x_i · W x_j, scale included, biases left out."""
    layers = [layer.attention.self for layer in model.encoder.layer]
    n_heads = model.config.num_attention_heads
    queries, keys = (
        torch.stack([getattr(layer, part).weight.detach() for layer in layers])
        .unflatten(1, (n_heads, -1))
        .double()
        for part in ("query", "key")
    )
    return queries.mT @ keys / math.sqrt(queries.shape[-2])


def spectrum(product: Tensor) -> dict[str, Tensor]:
    """Trace and eigenvalues' standard deviation of the symmetric part (..., width, width), norm."""
    symmetric = (product + product.mT) / 2
    eigenvalues = torch.linalg.eigvalsh(symmetric)
    return {
        "trace": eigenvalues.sum(-1),
        "eigenvalue_sd": eigenvalues.std(-1, correction=0),
        "norm": torch.linalg.matrix_norm(product, ord=2),
        "symmetric_share": symmetric.square().sum((-2, -1)) / product.square().sum((-2, -1)),
    }


def covariance_roots(texts: list[int]) -> Tensor:
    """(layer, width, width): the symmetric root of the covariance of what enters each layer."""
    hidden = [capture(real().model, passage({"passage": i})).hidden[:-1] for i in texts]
    states = torch.cat(hidden, 1).double()
    centred = states - states.mean(1, keepdim=True)
    values, vectors = torch.linalg.eigh(centred.mT @ centred / states.shape[1])
    return vectors * values.clamp(min=0).sqrt()[:, None] @ vectors.mT


def run(case: dict, *, seed: int, device: str) -> dict:
    """Each measure of the matrices as they are, and as the tokens of a layer meet them."""
    product = products(real().model)
    roots = covariance_roots(list(range(case["passages"])))[:, None]
    found = spectrum(product)
    found |= {f"weighted_{name}": each for name, each in spectrum(roots @ product @ roots).items()}
    return {name: rounded(each.flatten()) for name, each in found.items()}


SPECTRA = Experiment(
    name="trained-spectra",
    title="Query-key matrices of seventy-two trained heads, bare and weighted by the tokens",
    source=SOURCE,
    cases={"quick": [{"passages": 3}], "full": [{"passages": len(passages())}]},
    seeds={"quick": 1, "full": 1},
    run=run,
)
