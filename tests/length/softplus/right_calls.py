"""Right calls of softplus attention, for `tests.fuzz`."""

import torch

from attnkit.length import softplus as s
from tests.fuzz import Call


def tokens():
    """Queries, keys and values of one shape."""
    return dict(zip(("queries", "keys", "values"), torch.randn(3, 2, 5, 7), strict=True))


# A score of -inf is that of a masked key, and no offset is that of the paper: documented.
CALLS = [
    Call(
        s.softplus_weights,
        lambda: {"scores": torch.randn(3, 5)},
        means={"scores": {"minus inf"}},
    ),
    Call(
        s.reweighted_softplus_weights,
        lambda: {"scores": torch.randn(3, 5), "power": 2.0, "offset": 0.5},
        means={"scores": {"minus inf"}, "offset": {"none"}},
    ),
    Call(
        s.reweight,
        lambda: {"weights": torch.rand(3, 5), "power": 2.0, "offset": 0.5},
        means={"offset": {"none"}},
    ),
    Call(s.cosine_scores, lambda: {n: t for n, t in tokens().items() if n != "values"}),
    Call(s.highest_lssa_weight, lambda: {"n_keys": 7, "d_key": 5}),
    Call(
        s.lssar_limit,
        lambda: {"n_keys": 7, "cosine": 0.5, "d_key": 5, "power": 3.0, "offset": 0.5},
    ),
    Call(s.lssa, tokens),
    Call(s.lssar, lambda: tokens() | {"power": 3.0, "offset": 0.5}, means={"offset": {"none"}}),
    Call(
        s.LSSAR,
        lambda: {"power": 3.0, "offset": 0.5},
        then={"forward": tokens},
        means={"offset": {"none"}},
        reads=lambda result: result if isinstance(result, torch.Tensor) else [],
    ),
]
