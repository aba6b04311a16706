"""Right calls of the memories, their theory, the laboratory, recall and the traps."""

import torch
import torch.nn.functional as F

from attnkit import memory
from attnkit.memory import conditioning, delta, digits, linear, momentum, theory, traps
from attnkit.memory.capacity import recall
from attnkit.memory.capacity.monte_carlo import read_overlaps
from attnkit.memory.conditioning import closed_forms
from attnkit.memory.forgetting.monte_carlo import forgetting_error
from attnkit.memory.reliability.monte_carlo import chain_strengths, cleaned_chain
from tests.fuzz import Call


def tokens():
    """Queries, unit keys and values of a batch of two sequences."""
    q, k = torch.rand(2, 2, 7, 3)
    return {"queries": q, "keys": F.normalize(k, dim=-1), "values": torch.randn(2, 7, 5)}


def masked(**more):
    """Tokens with a mask, a chunk size and more."""
    mask = torch.ones(2, 7, dtype=torch.bool)
    return {**tokens(), **more, "mask": mask, "chunk_size": 4}


def loops(**more):
    """Tokens of a plain definition: a mask, no chunk size."""
    return {**tokens(), **more, "mask": torch.ones(2, 7, dtype=torch.bool)}


def pairs():
    """Unit keys and values to store, queries that ask for them."""
    keys = F.normalize(torch.randn(2, 7, 3), dim=-1)
    return {"queries": keys.clone(), "keys": keys, "values": torch.randn(2, 7, 5)}


def chance():
    """A fresh generator."""
    return torch.Generator().manual_seed(0)


OPTIONAL = {"initial_state": {"none"}, "mask": {"none"}}
RESET = OPTIONAL | {"log_decay": {"none", "minus inf"}}  # documented: a hard reset
GATES = {"momentum": lambda: torch.rand(2, 7), "forgetting": lambda: torch.rand(2, 7) / 5}
KERNELS = [
    Call(
        memory.linear_attention,
        lambda: masked(log_decay=-torch.rand(2, 7), initial_state=torch.randn(2, 3, 5)),
        means=RESET,
    ),
    Call(memory.linear_attention, lambda: masked(log_decay=-torch.rand(2, 7, 3)), means=RESET),
    Call(memory.linear_attention, tokens),
    Call(
        memory.normalised_linear_attention,
        lambda: masked(log_decay=-torch.rand(2, 7), initial_state=torch.rand(2, 3, 6)),
        means=RESET,
    ),
    Call(
        memory.delta_rule,
        lambda: masked(
            rate=torch.rand(2, 7),
            log_decay=-torch.rand(2, 7),
            initial_state=torch.randn(2, 3, 5),
        ),
        means=RESET,
    ),
    Call(
        memory.momentum_rule,
        lambda: masked(
            rate=torch.rand(2, 7),
            initial_state=torch.randn(2, 2, 3, 5),
            **{name: make() for name, make in GATES.items()},
        ),
        means=OPTIONAL,
    ),
]
LOOPS = (
    [
        Call(
            form,
            lambda: loops(log_decay=-torch.rand(2, 7), initial_state=torch.randn(2, 3, 5)),
            means=RESET,
        )
        for form in (linear.recurrent_linear_attention, linear.parallel_linear_attention)
    ]
    + [
        Call(form, lambda: loops(log_decay=-torch.rand(2, 7)), means=RESET)
        for form in (
            linear.recurrent_normalised_linear_attention,
            linear.parallel_normalised_linear_attention,
        )
    ]
    + [
        Call(
            form, lambda: loops(rate=torch.rand(2, 7), log_decay=-torch.rand(2, 7, 3)), means=RESET
        )
        for form in (delta.recurrent_delta_rule, delta.parallel_delta_rule)
    ]
    + [
        Call(
            momentum.recurrent_momentum_rule,
            lambda: loops(rate=torch.rand(2, 7), **{n: make() for n, make in GATES.items()}),
            means=OPTIONAL,
        ),
    ]
)
MAPS = [
    *(
        Call(each, lambda: {"x": torch.randn(2, 7, 3)})
        for each in (memory.elu_plus_one, memory.relu_features, memory.taylor_features)
    ),
    Call(
        memory.SharpMap,
        lambda: {"d_input": 3, "gain": 2.0},
        then={"forward": lambda: {"x": torch.randn(2, 7, 3)}},
    ),
]
N, D = {"n_pairs": 24.0}, {"d_key": 17}
THEORY = [
    Call(function, lambda given=given: dict(given))
    for function, given in [
        *(
            (each, N | D)
            for each in (theory.retrieval_snr, theory.cosine, theory.welch_bound, theory.bit_error)
        ),
        (theory.noisy_query_noise, N | D | {"query_noise": 0.5}),
        *(
            (each, D | {"tolerance": 0.5})
            for each in (
                theory.average_capacity,
                theory.worst_case_capacity,
                theory.coherence_capacity,
            )
        ),
        (theory.all_bits_probability, N | D | {"d_value": 5}),
        (theory.perfect_recall_capacity, D | {"d_value": 5, "probability": 0.5}),
        (theory.coordinate_moments, {"feature_map": memory.elu_plus_one}),
        (theory.feature_snr, N | D | {"moments": (0.5, 1.0)}),
        (theory.softmax_target_weight, N | D | {"sharpness": 3.0}),
        (theory.decaying_snr, {"age": 3.0} | N | D | {"retention": 0.9}),
        (theory.best_retention, {"age": 3.0}),
        (theory.hebb_forgetting, {"n_pairs": 24} | D),
        *(
            (each, {"n_pairs": 24} | D | {"rate": 0.5})
            for each in (theory.delta_moments, theory.delta_forgetting, theory.delta_snr)
        ),
        (theory.chain_noise, N | D | {"depth": 3.0, "n_heads": 2.0}),
        (theory.usable_depth, N | D | {"tolerance": 0.5, "n_heads": 2.0}),
        (theory.average_bit_error, N | D | {"n_heads": 2.0}),
        (theory.vote_bit_error, N | D | {"n_heads": 3}),
        (theory.hoeffding_vote_bound, N | D | {"n_heads": 3}),
        (theory.correlated_heads_noise, {"n_heads": 2.0, "correlation": 0.3}),
        (theory.cleaned_accuracy, {"n_pairs": 24} | D | {"depth": 3.0}),
    ]
]
THEORY += [Call(theory.best_snr, lambda: {"age": 3.0} | D, means={"age": {"zero"}})]  # infinite
RULES = [
    Call(rule, lambda given=given: dict(given))
    for rule, given in [
        (conditioning.Hebb, {"rate": 0.1}),
        (conditioning.Delta, {"rate": 0.1}),
        (conditioning.DecayingHebb, {"rate": 0.1, "retention": 0.9}),
        (conditioning.GatedDelta, {"rate": 0.1, "retention": 0.9}),
        (conditioning.Momentum, {"rate": 0.1, "momentum": 0.5, "forgetting": 0.01}),
        (conditioning.TwoTimescales, {"rates": (0.1, 0.2), "retentions": (0.9, 0.5)}),
        (conditioning.PearceHall, {"rate": 0.1, "tracking": 0.1}),
        (
            conditioning.Mackintosh,
            {"rate": 0.1, "step": 0.1, "fading": 0.01, "floor": 0.05},
        ),
        (conditioning.TemporalDifference, {"rate": 0.1, "discount": 0.9}),
        (conditioning.TwoHebbianLayers, {"rate": 0.1}),
    ]
]
DESIGN = "3 A+ | 3 AB+ / 2 C>A- | B / AB"
CLOSED = [
    Call(function, lambda given=given: dict(given))
    for function, given in [
        (closed_forms.acquisition, {"rate": 0.1, "n_trials": 7}),
        (closed_forms.extinction, {"rate": 0.1, "n_trials": 7}),
        (closed_forms.overshadowed, {"rate": 0.1, "n_trials": 7}),
        (closed_forms.blocked, {"rate": 0.1, "n_first": 7, "n_second": 5}),
        (closed_forms.gated_asymptote, {"rate": 0.1, "retention": 0.9}),
        (closed_forms.decaying_asymptote, {"rate": 0.1, "retention": 0.9}),
        (closed_forms.unequal_salience_asymptote, {"own": 0.5, "other": 0.7}),
    ]
]
LABORATORY = [
    *(
        Call(run, lambda: {"design": DESIGN, "rule": conditioning.Delta(0.1)})
        for run in (conditioning.simulate, conditioning.simulate_as_attention)
    ),
    Call(conditioning.Design.parse, lambda: {"text": DESIGN}),
    Call(conditioning.Trial, lambda: {"moments": ("B", "A"), "reinforced": True}),
    Call(
        conditioning.Phenomenon,
        lambda: {"meaning": "words", "designs": {"a": DESIGN}, "effect": lambda courses: 0.0},
        means={"meaning": {"nonsense"}},
    ),
    Call(
        conditioning.phenomena_table,
        lambda: {"animals": {"delta": conditioning.Delta(0.5)}},
        means={"animals": {"none"}},
    ),
    Call(
        conditioning.effect,
        lambda: {
            "phenomenon": conditioning.PHENOMENA["extinction"],
            "rule": conditioning.Delta(),
        },
    ),
]
RECALL = [
    Call(recall.softmax_memory, pairs),
    Call(recall.hebbian_memory, lambda: {"feature_map": torch.relu}, then={"__call__": pairs}),
    Call(
        recall.item_accuracy,
        lambda: {"reads": torch.randn(2, 7, 3), "values": torch.randn(2, 7, 3)},
    ),
]


def safe(errors):
    """The error of the form that does not break: the broken one's may be anything."""
    return errors["safe"]


TRAPS = [
    Call(function, lambda given=given: dict(given), reads=safe)
    for function, given in [
        (traps.doubled_series, {"correlation": 0.5, "size": 8}),
        (traps.factorised_decay, {"nats": 0.5, "size": 8}),
        (traps.quotient_of_resets, {"position": 3, "size": 8}),
        (traps.low_precision_state, {"n_tokens": 17}),
        (traps.detached_normaliser, {"n_tokens": 17}),
        (traps.forgotten_normaliser, {"split": 5, "n_tokens": 17}),
        (traps.signed_denominator, {"size": 17}),
        (traps.block_shifted_attention, {"position": 5, "bucket": 7}),
        (traps.decay_carried_twice, {"nats": 0.5, "size": 8}),
        (traps.entry_errors, {"chunk_size": 5, "n_tokens": 17}),
    ]
]
CHANCE = {"n_draws": 5, "n_pairs": 7, "d_key": 3}
DRAWS = [
    Call(read_overlaps, lambda: CHANCE | {"generator": chance()}),
    Call(forgetting_error, lambda: CHANCE | {"rate": 0.5, "generator": chance()}),
    Call(
        chain_strengths,
        lambda: CHANCE | {"depth": 2, "n_heads": 2, "generator": chance()},
    ),
    Call(cleaned_chain, lambda: CHANCE | {"depth": 2, "generator": chance()}),
]
KIND, RULE = {"keys": "random"}, {"rule": "Hebb", "n_pairs": 17}
DIGITS = [
    Call(digits.digit_pairs, lambda: dict(KIND)),
    Call(digits.effective_width, lambda: dict(KIND)),
    Call(digits.recalled, lambda: KIND | RULE),
    Call(digits.snr, lambda: KIND | RULE),
]
CALLS = [
    *KERNELS,
    *LOOPS,
    *MAPS,
    *THEORY,
    *RULES,
    *CLOSED,
    *LABORATORY,
    *RECALL,
    *TRAPS,
    *DRAWS,
    *DIGITS,
]
