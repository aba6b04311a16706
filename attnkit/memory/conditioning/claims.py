"""What conditioning claims: blocking, trials as tokens, two layers."""

from attnkit.claims import claim
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
