"""Right calls of softmax over the highest scores, for `tests.fuzz`."""

import torch

from attnkit.icl.semantic_focus import focused_weights
from tests.fuzz import Call

CALLS = [
    # A score of -inf is that of a masked key: documented. As many keys as one likes may be kept.
    Call(
        focused_weights,
        lambda: {"scores": torch.randn(3, 7), "n_kept": 3},
        means={"scores": {"minus inf"}},
    ),
]
