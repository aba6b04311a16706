"""How many eigenfunctions stand at given degrees of query and key."""

import numpy as np
import torch

from attnkit.coursework import Task, compare, law
from attnkit.random_features.harmonics import legendre
from attnkit.random_features.spectra import attention_spectrum
from attnkit.random_features.targets import sphere_tokens

__all__ = ["COUNT_THE_EIGENFUNCTIONS"]


def small(generator, variant):
    """Degrees and widths at which the functions can be counted as a rank."""
    for width in (3, 4):
        for degrees in ((0, 1), (1, 1), (0, 2), (2, 1), (2, 2)):
            yield {"query_degree": degrees[0], "key_degree": degrees[1], "width": width}


def large(generator, variant):
    """The variant's own width, then one more."""
    for width in (variant["width"], 32):
        for degrees in ((1, 2), (2, 2), (3, 2), (0, 4)):
            yield {"query_degree": degrees[0], "key_degree": degrees[1], "width": width}


@law("rank", "The kernel of these degrees has that rank on many random pairs.", cases=small)
def rank(answer, query_degree, key_degree, width):
    generator = torch.Generator().manual_seed(5)
    queries, keys = sphere_tokens(150, 1, width, generator=generator)
    of_queries = legendre(max(query_degree, 1), width, (queries @ queries.mT).numpy())
    of_keys = legendre(max(key_degree, 1), width, (keys[:, 0] @ keys[:, 0].mT).numpy())
    found = np.linalg.matrix_rank(of_queries[query_degree] * of_keys[key_degree], tol=1e-6)
    said = answer(query_degree, key_degree, width)
    return compare.against(said, int(found), what="your number of functions")


@law("table", "It agrees with the multiplicities of the spectrum.", cases=large)
def table(answer, query_degree, key_degree, width):
    wanted = attention_spectrum(width=width, n_keys=4).multiplicities[query_degree, key_degree]
    said = answer(query_degree, key_degree, width)
    return compare.against(said, float(wanted), what="your number of functions")


COUNT_THE_EIGENFUNCTIONS = Task(
    name="count-the-eigenfunctions",
    title="Why a match is dear",
    kind="predict",
    difficulty=2,
    minutes=30,
    statement=r"""
In the figure of learning curves the mean of $\langle q,k\rangle^2$ is not learned by 8,192 samples
at $d = 16$, and that of $\langle\beta,k\rangle^2$ needs about a thousand. Predict both from a
count. All eigenfunctions of one pair of degrees have one eigenvalue, so none of them is learned
before about as many samples as there are of them. Write
`eigenfunctions(query_degree, key_degree, width)`, the number of eigenfunctions with these degrees
in query and key. Then measure: move the target and the number of heads in the figure, and say
where your two numbers stand on its axis. By which factor does each number grow from $d = 16$ to
$d = {width}$?
""",
    hints=(
        "Degrees of query and key are chosen independently. How does one count pairs?",
        "A harmonic of degree $\\ell$ is a homogeneous polynomial of that degree on the sphere "
        "which no lower degree can imitate. Count polynomials first.",
        "On the sphere a polynomial of degree $\\ell - 2$ times $|x|^2$ looks like one of degree "
        "$\\ell$: take those off. Monomials of degree $\\ell$ in $d$ variables are counted by a "
        "binomial coefficient.",
    ),
    placeholder='''
def eigenfunctions(query_degree, key_degree, width):
    """Number of products of harmonics with these degrees on the sphere in R^width."""
    return float("nan")
''',
    laws=(rank, table),
    variants={"width": (24, 20, 12)},
)
