"""Entmax attention in Triton kernels: thresholds, values read, and the gradients."""
