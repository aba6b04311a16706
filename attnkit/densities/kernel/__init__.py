"""Densities of kernel scores: normalisations, quadrature on several regions, existence."""
