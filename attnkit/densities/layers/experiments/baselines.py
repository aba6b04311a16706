"""Classifiers without attention, on the same fitted series: what the heads must beat."""

import torch
from jaxtyping import Float, Int64
from torch import Tensor
from torch.nn import functional

__all__ = ["logistic_regression", "nearest_neighbour"]

_PENALTIES = (1e-4, 1e-3, 1e-2, 1e-1)
Parts = tuple[Tensor, Tensor, Tensor]


def nearest_neighbour(
    inputs: Float[Tensor, "series number"], labels: Int64[Tensor, " series"], parts: Parts
) -> dict[str, float]:
    """The label of the nearest training series, by Euclidean distance; nothing is chosen."""
    train, *held = parts
    validation, test = (
        _share(labels[train][torch.cdist(inputs[rows], inputs[train]).argmin(-1)], labels[rows])
        for rows in held
    )
    return {"test": test, "validation": validation}


def logistic_regression(
    inputs: Float[Tensor, "series number"], labels: Int64[Tensor, " series"], parts: Parts
) -> dict[str, float]:
    """Softmax regression; the validation part chooses the ridge penalty."""
    train, validation, test = parts
    inputs = (inputs - inputs[train].mean(0)) / inputs[train].std(0).clamp(min=1e-6)
    best: dict[str, float] = {"validation": -1.0}
    for penalty in _PENALTIES:
        weights = _softmax_weights(inputs[train], labels[train], int(labels.max()) + 1, penalty)
        guesses = _with_one(inputs) @ weights
        score = _share(guesses[validation].argmax(-1), labels[validation])
        if score > best["validation"]:
            held_out = _share(guesses[test].argmax(-1), labels[test])
            best = {"test": held_out, "validation": score, "penalty": penalty}
    return best


def _softmax_weights(inputs: Tensor, labels: Tensor, n_classes: int, penalty: float) -> Tensor:
    inputs = _with_one(inputs)
    weights = inputs.new_zeros(inputs.shape[-1], n_classes, requires_grad=True)
    optimiser = torch.optim.LBFGS([weights], max_iter=200, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimiser.zero_grad()
        value = functional.cross_entropy(inputs @ weights, labels)
        value = value + penalty / 2 * weights[:-1].square().sum()
        value.backward()
        return value

    optimiser.step(loss)
    return weights.detach()


def _with_one(inputs: Tensor) -> Tensor:
    return torch.cat([inputs, torch.ones_like(inputs[:, :1])], -1)


def _share(guesses: Tensor, labels: Tensor) -> float:
    return float((guesses == labels).double().mean())
