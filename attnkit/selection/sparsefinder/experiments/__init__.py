"""Projections fitted on some passages of a trained encoder, and read on the others."""
