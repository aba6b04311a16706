"""What maps look like when their queries and keys are kept in few bits."""

from torch import Tensor

from attnkit.diagnostics import entropy
from attnkit.interpretation.case_studies.maps import jensen_shannon, quantised
from attnkit.trained import Capture
from attnkit.trained.experiments.common import rounded

__all__ = ["BITS", "in_few_bits"]

BITS = (8, 4, 2)


def in_few_bits(found: Capture) -> dict[str, list[float]]:
    """For each number of bits, by layer: entropy, and distance from the map as it is."""
    result = {"entropy": _by_layer(entropy(found.weights).mean(-1))}
    for bits in BITS:
        weights = _weights(quantised(found.queries, bits), quantised(found.keys, bits))
        result[f"entropy, {bits} bits"] = _by_layer(entropy(weights).mean(-1))
        result[f"distance, {bits} bits"] = _by_layer(
            jensen_shannon(weights, found.weights).mean(-1)
        )
    return result


def _weights(queries: Tensor, keys: Tensor) -> Tensor:
    return (queries @ keys.mT / queries.shape[-1] ** 0.5).softmax(-1)


def _by_layer(numbers: Tensor) -> list[float]:
    return rounded(numbers.mean(-1), 3)
