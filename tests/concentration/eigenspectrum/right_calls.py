"""Right calls of the spectrum's functions, for `tests.fuzz`."""

import torch

from attnkit.concentration import eigenspectrum as e
from tests.fuzz import Call

CALLS = [
    Call(
        e.score_matrix,
        lambda: {"width": 5, "trace": 2.0, "spread": 0.3, "generator": torch.Generator()},
    ),
    # Products and squares of huge numbers overflow, to the infinity that they round to.
    Call(
        e.bilinear_scores,
        lambda: {"tokens": torch.randn(3, 5), "matrix": torch.randn(5, 5)},
        means={"tokens": {"huge"}, "matrix": {"huge"}},
    ),
    Call(
        e.spectrum,
        lambda: {"matrix": torch.randn(3, 5, 5), "covariance": torch.eye(5).expand(3, 5, 5)},
        # A matrix whose squares are all zero has no concentration: documented.
        means={
            "matrix": {"huge", "tiny", "zero"},
            "covariance": {"none", "huge", "tiny", "zero"},
        },
    ),
    Call(e.output_cosine, lambda: {"states": torch.randn(3, 5)}),
    Call(
        e.localisation,
        lambda: {"weights": torch.randn(5, 5).softmax(-1), "values": torch.randn(5, 3)},
        # Rows that are no densities have no entropy: documented.
        means={"weights": {"huge", "negated", "tiny", "zero"}, "values": {"huge"}},
    ),
    Call(
        e.scale_penalty,
        lambda: {"matrix": torch.randn(5, 5), "mean": 0.5},
        means={"matrix": {"huge"}},
    ),
    Call(e.self_weight, lambda: {"trace": 2.0, "spread": 0.3, "width": 7, "n_keys": 5}),
]
