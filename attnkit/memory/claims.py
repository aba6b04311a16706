"""The measured numbers behind the chapters' claims."""

import torch

from attnkit.claims import claim
from attnkit.memory import theory, traps
from attnkit.memory.capacity.monte_carlo import read_overlaps
from attnkit.memory.conditioning import (
    ANIMALS,
    PHENOMENA,
    Delta,
    LinearRule,
    effect,
    simulate,
    simulate_as_attention,
)
from attnkit.memory.conditioning.closed_forms import blocked
from attnkit.memory.delta import delta_rule
from attnkit.memory.digits import KEYS, effective_width, snr
from attnkit.memory.feature_maps import elu_plus_one, relu_features
from attnkit.memory.forgetting.monte_carlo import forgetting_error
from attnkit.memory.reliability.monte_carlo import chain_strengths, cleaned_chain
from attnkit.memory.shared.fast_scan import ChunkScan
from attnkit.memory.shared.unit_vectors import unit_vectors

QIAO = "compare Qiao 2025 (abstracts only); derived here"


def _generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@claim(
    "delta-is-rescorla-wagner",
    source="Rescorla and Wagner 1972; Schlag et al. 2021",
    computes=simulate,
)
def delta_is_rescorla_wagner() -> dict[str, float]:
    """Blocking by the delta rule: the blocked cue, its control, and the distance to closed form."""
    treated = simulate("40 A+ | 40 AB+ | B", Delta())["B"]
    return {
        "blocked": treated,
        "control": simulate("40 C+ | 40 AB+ | B", Delta())["B"],
        "off the closed form": abs(treated - blocked(0.1, 40, 40)),
    }


@claim("trials-are-tokens", source="derived here", computes=simulate_as_attention)
def trials_are_tokens() -> dict[str, float]:
    """Largest difference between the trial loop and the chunked kernels over three designs."""
    designs = [PHENOMENA[name].designs for name in ("blocking", "extinction", "overexpectation")]
    rules = [rule for rule in ANIMALS.values() if isinstance(rule, LinearRule)]
    gaps = [
        (simulate(d, rule).strengths - simulate_as_attention(d, rule).strengths).abs().max().item()
        for d in [next(iter(named.values())) for named in designs]
        for rule in rules
    ]
    return {"rules": len(rules), "largest difference": max(gaps)}


@claim("blocking-needs-a-shared-error", source="derived here", computes=effect)
def blocking_needs_a_shared_error() -> dict[str, float]:
    """The share of its strength that blocking costs a cue, for five animals."""
    names = ("Hebb", "running mean", "Hebb with decay", "delta", "gated delta")
    return {name: effect(PHENOMENA["blocking"], ANIMALS[name]) for name in names}


@claim("two-layers-chain", source="derived here", computes=effect)
def two_layers_chain() -> dict[str, float]:
    """Effects of second-order conditioning and sensory preconditioning on three animals."""
    animals = ("two Hebbian layers", "temporal difference", "delta")
    rows = ("second-order conditioning", "sensory preconditioning")
    return {f"{a}, {r}": effect(PHENOMENA[r], ANIMALS[a]) for r in rows for a in animals}


@claim("four-capacities", source=QIAO, computes=theory.average_capacity)
def four_capacities() -> dict[str, float]:
    """How much each capacity grows when the key width grows fourfold, from 256 to 1024."""
    laws = {
        "average": lambda d: theory.average_capacity(d, 0.5) - 1,
        "worst case": lambda d: theory.worst_case_capacity(d, 0.5) - 1,
        "guaranteed": lambda d: theory.coherence_capacity(d, 0.5) - 1,
        "every bit": lambda d: theory.perfect_recall_capacity(d, 16),
    }
    return {name: law(1024) / law(256) for name, law in laws.items()}


@claim("snr-is-width-over-pairs", source="derived here", computes=theory.retrieval_snr)
def snr_is_width_over_pairs() -> dict[str, float]:
    """Measured over predicted signal-to-noise ratio, 33 pairs at key width 64."""
    overlaps = read_overlaps(1000, 33, 64, generator=_generator())
    measured = 1 / overlaps[:, 1:].square().sum(-1).mean().item()
    return {"measured over predicted": measured / theory.retrieval_snr(33, 64)}


@claim("feature-maps-cost", source="derived here", computes=theory.feature_snr)
def feature_maps_cost() -> dict[str, float]:
    """Signal-to-noise ratio times (n − 1) for keys of width 32 and 512, by feature map."""
    maps = {"identity": lambda x: x, "elu + 1": elu_plus_one, "ReLU": relu_features}
    return {
        f"{name}, d = {d}": theory.feature_snr(2, d, theory.coordinate_moments(feature_map))
        for name, feature_map in maps.items()
        for d in (32, 512)
    }


@claim("best-decay", source="derived here", computes=theory.best_retention)
def best_decay() -> dict[str, float]:
    """Signal-to-noise ratio at age 16 (d = 64) with the best decay, a faster and a slower one."""
    best = theory.best_retention(16)
    ratios = {"best": best, "faster": best**2, "slower": best**0.5}
    return {name: theory.decaying_snr(16, 10_000, 64, g) for name, g in ratios.items()}


@claim("delta-forgetting", source="derived here", computes=theory.delta_forgetting)
def delta_forgetting() -> dict[str, float]:
    """Mean relative error of 64 pairs at width 32: measured, predicted, and Hebb's."""
    measured = forgetting_error(200, 64, 32, 1.0, generator=_generator())
    return {
        "measured": measured.mean().item(),
        "predicted": theory.delta_forgetting(64, 32, 1.0).mean().item(),
        "Hebb": theory.hebb_forgetting(64, 32).mean().item(),
    }


@claim("errors-compound", source=QIAO, computes=theory.chain_noise)
def errors_compound() -> dict[str, float]:
    """Noise power after four layers (n = 19, d = 64): measured, compounding, summed."""
    layers = chain_strengths(1500, 19, 64, depth=4, n_heads=1, generator=_generator())
    layers[..., 0] -= 1
    return {
        "measured": layers[-1].square().sum(-1).mean().item(),
        "compounding": theory.chain_noise(19, 64, depth=4),
        "four times one layer": 4 * theory.chain_noise(19, 64),
    }


@claim("averaging-beats-voting", source=QIAO, computes=theory.vote_bit_error)
def averaging_beats_voting() -> dict[str, float]:
    """Bit error of sixteen heads (n = 64, d = 32): averaged, voted, and Hoeffding's bound."""
    return {
        "averaged": theory.average_bit_error(64, 32, n_heads=16),
        "voted": theory.vote_bit_error(64, 32, n_heads=16),
        "bound": theory.hoeffding_vote_bound(64, 32, n_heads=16),
    }


@claim("clean-up", source="derived here", computes=theory.cleaned_accuracy)
def clean_up() -> dict[str, float]:
    """Share of items right after twelve layers (n = 24, d = 32), with and without clean-up."""
    bare = chain_strengths(300, 24, 32, depth=12, n_heads=1, generator=_generator())
    cleaned = cleaned_chain(300, 24, 32, depth=12, generator=_generator(1))
    return {
        "bare": (bare[-1].argmax(-1) == 0).double().mean().item(),
        "cleaned up": cleaned[-1].item(),
        "cleaned up, predicted": theory.cleaned_accuracy(24, 32, depth=12),
    }


@claim("chunks-change-nothing", source="Yang et al. 2024; derived here", computes=ChunkScan)
def chunks_change_nothing() -> dict[str, float]:
    """Largest difference of the delta rule in chunks of 1 and of 32, in float64, rate 1.9."""
    keys, values = (unit_vectors(200, 16, generator=_generator(s)) for s in range(2))
    rate = torch.full((200,), 1.9, dtype=torch.float64)
    outputs = [delta_rule(keys, keys, values, rate, chunk_size=c)[0] for c in (1, 32)]
    return {"largest difference": (outputs[0] - outputs[1]).abs().max().item()}


@claim(
    "entry-errors-differ",
    source="Behrouz et al. 2024, the parallel form; derived here",
    computes=traps.entry_errors,
)
def entry_errors_differ() -> dict[str, float]:
    """Relative error when a chunk takes its errors at its entry, by chunk length, and ours."""
    sizes = {size: traps.entry_errors(size) for size in (4, 16, 64)}
    errors = {f"at the entry, chunk {size}": each["broken"] for size, each in sizes.items()}
    return errors | {"solved, chunk 64": sizes[64]["safe"]}


@claim("digits-meet-theory", source="derived here", computes=effective_width)
def digits_meet_theory() -> dict[str, float]:
    """Measured over predicted signal-to-noise ratio of 32 stored digits, by kind of key."""
    return {kind: snr(kind, "Hebb", 32) / (effective_width(kind) / 31) for kind in KEYS}
