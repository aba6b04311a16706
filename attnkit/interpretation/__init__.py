"""What maps of attention tell of a model, and how to find out whether they tell it."""

from attnkit.interpretation.agreement import (
    attention_rollout,
    gradient_norm,
    gradient_times_input,
    integrated_gradients,
    kendall_tau,
    leave_one_out,
    replace_one,
    top_agreement,
)
from attnkit.interpretation.case_studies import contrast, jensen_shannon, quantised, shifted_groups
from attnkit.interpretation.information import (
    information_bias,
    permuted_information,
    plug_in_information,
    quantile_bins,
)
from attnkit.interpretation.perturbations import attack_scores, score_gradient
from attnkit.interpretation.pointer import (
    PointerNetwork,
    additive_scores,
    largest_clipped_weight,
    not_yet_chosen,
    point_freely,
    point_once,
    pointer_weights,
)
from attnkit.interpretation.retrieval_heads import (
    InductionModel,
    hidden_needles,
    permuted_scores,
    repeated_sequences,
    retrieval_chance,
    retrieval_scores,
    share_above,
    write_on,
)

__all__ = [
    "InductionModel",
    "PointerNetwork",
    "additive_scores",
    "attack_scores",
    "attention_rollout",
    "contrast",
    "gradient_norm",
    "gradient_times_input",
    "hidden_needles",
    "information_bias",
    "integrated_gradients",
    "jensen_shannon",
    "kendall_tau",
    "largest_clipped_weight",
    "leave_one_out",
    "not_yet_chosen",
    "permuted_information",
    "permuted_scores",
    "plug_in_information",
    "point_freely",
    "point_once",
    "pointer_weights",
    "quantile_bins",
    "quantised",
    "repeated_sequences",
    "replace_one",
    "retrieval_chance",
    "retrieval_scores",
    "score_gradient",
    "share_above",
    "shifted_groups",
    "top_agreement",
    "write_on",
]
