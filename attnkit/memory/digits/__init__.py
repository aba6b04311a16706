"""Handwritten digits as key-value pairs: real values, and keys real or random."""

from attnkit.memory.digits.stored import (
    KEYS,
    RULES,
    digit_pairs,
    effective_width,
    recalled,
    snr,
)

__all__ = ["KEYS", "RULES", "digit_pairs", "effective_width", "recalled", "snr"]
