#!/usr/bin/env bash
# A Gauss rule for the weight (1 - x^2)^(alpha - 1/2), such as that of the inner product of two random
# unit vectors in 1000 dimensions (alpha = 499), from `scipy.special.roots_gegenbauer`.
#
# Expected: nodes between -1 and 1 and positive weights. 200 nodes have them.
# Seen with scipy 1.17.1: 400 nodes are all not a number, and so are the weights; no exception, only
# numpy's warnings. A polish of the nodes divides values of the polynomial that have overflowed. The
# nodes before it, the eigenvalues of a tridiagonal matrix written down in one line, are right.
#
# Why it matters here: spectra on the sphere were not a number at width 1000, while every test had
# been made at widths below 20.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install --quiet scipy==1.17.1 numpy==2.3.5
"$tmp/venv/bin/python" -W ignore - <<'PY'
import numpy as np
import scipy
from scipy.linalg import eigh_tridiagonal
from scipy.special import roots_gegenbauer

ALPHA = 499.0


def second_moment(nodes, weights):
    return (weights @ nodes**2) / weights.sum()


few = roots_gegenbauer(200, ALPHA)
assert abs(second_moment(*few) * 1000 - 1) < 1e-9

nodes, weights = roots_gegenbauer(400, ALPHA)
assert np.isnan(nodes).all() and np.isnan(weights).all(), (nodes, weights)

k = np.arange(1.0, 400)
beside = np.sqrt(k * (k + 2 * ALPHA - 1) / (4 * (k + ALPHA) * (k + ALPHA - 1)))
nodes, vectors = eigh_tridiagonal(np.zeros(400), beside)
assert abs(second_moment(nodes, vectors[0] ** 2) * 1000 - 1) < 1e-9

print(f"scipy {scipy.__version__}: of 400 nodes for alpha 499 none is a number; 200 are right,")
print("and so is the matrix's rule of 400: E x^2 = 1/1000 to nine digits")
PY
