"""What temperatures save two like queries, by norms in closed form."""

from attnkit.claims import claim
from attnkit.length.selective.norms import (
    norm_with_free_temperatures,
    norm_with_read_temperatures,
    plain_norm,
)

__all__ = ["selective_norms"]


@claim(
    "selective-norms",
    source="Derived here, after Zhang et al. 2024 (abstract read)",
    computes=norm_with_free_temperatures,
)
def selective_norms() -> dict[str, float]:
    """Norm of all that is learned, sharpness eight and one, by cosine of the queries."""
    norms = {
        "no temperature": plain_norm,
        "free temperatures": norm_with_free_temperatures,
        "temperatures read": norm_with_read_temperatures,
    }
    return {
        f"{name}, cosine {cosine:g}": norm(cosine, 8.0, 1.0)
        for cosine in (0.0, 0.9, 0.99)
        for name, norm in norms.items()
    }
