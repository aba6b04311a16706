"""What weights tell of relevance, in nats, and what counting alone seems to tell."""

from attnkit.interpretation.information.information import (
    information_bias,
    permuted_information,
    plug_in_information,
    quantile_bins,
)

__all__ = ["information_bias", "permuted_information", "plug_in_information", "quantile_bins"]
