"""What is claimed of chains of layers."""

from attnkit.claims import claim
from attnkit.memory import theory
from attnkit.memory.reliability.monte_carlo import chain_strengths, cleaned_chain
from attnkit.memory.shared.unit_vectors import seeded

QIAO = "compare Qiao 2025 (abstracts only); derived here"


@claim("errors-compound", source=QIAO, computes=theory.chain_noise)
def errors_compound() -> dict[str, float]:
    """Noise power after four layers (n = 19, d = 64): measured, compounding, summed."""
    layers = chain_strengths(1500, 19, 64, depth=4, n_heads=1, generator=seeded())
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
    bare = chain_strengths(300, 24, 32, depth=12, n_heads=1, generator=seeded())
    cleaned = cleaned_chain(300, 24, 32, depth=12, generator=seeded(1))
    return {
        "bare": (bare[-1].argmax(-1) == 0).double().mean().item(),
        "cleaned up": cleaned[-1].item(),
        "cleaned up, predicted": theory.cleaned_accuracy(24, 32, depth=12),
    }
