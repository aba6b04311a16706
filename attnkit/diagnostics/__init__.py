r"""What weights look like: how spread, over how many keys, with how much mass where.

Diagnostics of a row (`dim`) take weights from any source, work in at least float32 and are
differentiable (zero weights included, where -w log w counts as flat). Entropy, effective number
and top mass speak of shares of a whole. A row that is not a density, because a weight is negative
or because the sum is further than `SUM_TOLERANCE` from one, has no shares, and they are NaN there;
so for the zeros of a fully masked row. `undefined` counts such rows and says why. `row_sum`,
`support_size` and `negative_share` are defined for any weights. Those of a map (`sink_share`,
`sink_rate`, `local_focus`) leave out what the mask says is not seen, and those of states and scores
(`rank_residual`, `stable_rank`, `entropy_bound`) say in their own words where they are NaN. A NaN
weight makes everything NaN that it belongs to. All raise TypeError for what is not floating point,
and ValueError for dimensions that are not there.
"""

from attnkit.diagnostics.bound import entropy_bound
from attnkit.diagnostics.local import local_focus
from attnkit.diagnostics.paths import paths
from attnkit.diagnostics.rank import rank_residual, stable_rank
from attnkit.diagnostics.rows import SUM_TOLERANCE as SUM_TOLERANCE
from attnkit.diagnostics.shares import (
    effective_number,
    entropy,
    negative_share,
    normalised_entropy,
    row_sum,
    support_size,
    top_mass_curve,
)
from attnkit.diagnostics.sinks import sink_rate, sink_share
from attnkit.diagnostics.undefined import undefined

__all__ = [
    "effective_number",
    "entropy",
    "entropy_bound",
    "local_focus",
    "negative_share",
    "normalised_entropy",
    "paths",
    "rank_residual",
    "row_sum",
    "sink_rate",
    "sink_share",
    "stable_rank",
    "support_size",
    "top_mass_curve",
    "undefined",
]
