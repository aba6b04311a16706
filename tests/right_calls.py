"""Right calls of the diagnostics."""

import torch

from attnkit import diagnostics
from tests.fuzz import Call


def weights():
    return {"weights": torch.softmax(torch.randn(3, 5), -1)}


CALLS = [
    Call(diagnostics.entropy, weights),
    Call(diagnostics.effective_number, weights),
    Call(diagnostics.normalised_entropy, weights),
    Call(diagnostics.row_sum, weights),
    Call(diagnostics.support_size, weights),
    Call(diagnostics.top_mass_curve, weights),
]
