"""Elastic softmax: a share of 1/n is taken off every weight, and what would be negative is zero."""

from attnkit.normalisation.elastic.distance import distance_bias
from attnkit.normalisation.elastic.elastic import elastic_attention, elastic_softmax

__all__ = ["distance_bias", "elastic_attention", "elastic_softmax"]
