"""A song of (dis)agreement: seven ways to say which token matters, and how far they agree."""

from attnkit.interpretation.agreement.explanations import (
    gradient_norm,
    gradient_times_input,
    integrated_gradients,
    leave_one_out,
    replace_one,
)
from attnkit.interpretation.agreement.ranks import kendall_tau, top_agreement
from attnkit.interpretation.agreement.rollout import attention_rollout

__all__ = [
    "attention_rollout",
    "gradient_norm",
    "gradient_times_input",
    "integrated_gradients",
    "kendall_tau",
    "leave_one_out",
    "replace_one",
    "top_agreement",
]
