"""What is claimed of stored digits."""

from attnkit.claims import claim
from attnkit.memory.digits import KEYS, effective_width, snr


@claim("digits-meet-theory", source="derived here", computes=effective_width)
def digits_meet_theory() -> dict[str, float]:
    """Measured over predicted signal-to-noise ratio of 32 stored digits, by kind of key."""
    return {kind: snr(kind, "Hebb", 32) / (effective_width(kind) / 31) for kind in KEYS}
