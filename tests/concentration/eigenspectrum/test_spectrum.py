"""Drawn matrices have the spectrum asked for; a spectrum equals that of an eigenvalue solver."""

import math

import pytest
import torch
from torch.func import jacrev, vmap

from attnkit.concentration.eigenspectrum import (
    bilinear_scores,
    scale_penalty,
    score_matrix,
    spectrum,
)


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def normal(*shape, seed=0):
    return torch.randn(*shape, generator=seeded(seed), dtype=torch.float64)


@pytest.mark.parametrize(("trace", "spread"), [(0.0, 0.0), (3.0, 0.0), (-2.0, 0.4), (0.0, 0.6)])
def test_a_drawn_matrix_has_the_eigenvalues_asked_for(trace, spread):
    drawn = score_matrix(13, trace, spread, generator=seeded())
    torch.testing.assert_close(drawn, drawn.mT)
    values = torch.linalg.eigvalsh(drawn)
    assert values.sum().item() == pytest.approx(trace, abs=1e-12)
    assert values.std(correction=0).item() == pytest.approx(spread, abs=1e-12)


def test_the_rotation_has_no_preferred_direction():
    """Entries of the matrix have mean zero, and no place on the diagonal is favoured."""
    drawn = [score_matrix(3, 0.0, 1.0, generator=seeded(seed)) for seed in range(400)]
    entries = torch.stack(drawn).mean(0)
    assert entries.abs().max() < 4 / math.sqrt(400)
    diagonal = torch.stack([matrix.diagonal() for matrix in drawn])
    assert (diagonal.square().mean(0) - diagonal.square().mean()).abs().max() < 0.1


def test_the_same_seed_follows_the_matrix_as_it_moves():
    near, far = (score_matrix(7, 1.0, v, generator=seeded(3)) for v in (0.2, 0.6))
    flat = torch.eye(7, dtype=torch.float64) / 7
    torch.testing.assert_close(far - flat, 3 * (near - flat))


def test_scores_are_the_bilinear_form_written_out():
    tokens, matrix = normal(2, 5, 3), normal(3, 3, seed=1)
    scores = bilinear_scores(tokens, matrix)
    for b, i, j in ((b, i, j) for b in range(2) for i in range(5) for j in range(5)):
        form = sum(
            tokens[b, i, p] * matrix[p, q] * tokens[b, j, q] for p in range(3) for q in range(3)
        )
        torch.testing.assert_close(scores[b, i, j], form)


def test_a_spectrum_is_that_of_an_eigenvalue_solver():
    matrix, factor = normal(2, 7, 7), normal(2, 11, 7, seed=1)
    covariance = factor.mT @ factor / 11
    values, vectors = torch.linalg.eigh(covariance)
    root = vectors * values.clamp_min(0).sqrt().unsqueeze(-2) @ vectors.mT
    for found, seen in (
        (spectrum(matrix), (matrix + matrix.mT) / 2),
        (spectrum(matrix, covariance), root @ (matrix + matrix.mT) / 2 @ root),
    ):
        wanted = torch.linalg.eigvalsh(seen)
        torch.testing.assert_close(found.trace, wanted.sum(-1))
        torch.testing.assert_close(found.spread, wanted.std(-1, correction=0))
        torch.testing.assert_close(found.scale, wanted.norm(dim=-1))
        torch.testing.assert_close(
            found.concentration, wanted.sum(-1) / wanted.norm(dim=-1) / math.sqrt(7)
        )


def test_a_rank_caps_the_concentration():
    """Cauchy and Schwarz: r eigenvalues that are not zero, all equal, reach the root of r / d."""
    for rank in (1, 3, 11):
        factor = torch.linalg.qr(normal(11, rank)).Q
        found = spectrum(factor @ factor.mT).concentration.item()
        assert found == pytest.approx(math.sqrt(rank / 11))
        free = normal(11, rank, seed=1) @ normal(rank, 11, seed=2)
        assert abs(spectrum(free).concentration.item()) <= math.sqrt(2 * rank / 11)
    assert spectrum(torch.zeros(3, 3)).concentration.isnan()
    assert spectrum(-torch.eye(3)).concentration.item() == pytest.approx(-1)


def test_an_antisymmetric_part_is_not_seen():
    matrix, other = normal(5, 5), normal(5, 5, seed=1)
    for before, after in zip(spectrum(matrix), spectrum(matrix + other - other.mT), strict=True):
        torch.testing.assert_close(before, after)


def test_the_penalty_is_spread_and_mean_and_its_least_value_is_known():
    matrix = normal(2, 5, 5)
    found = spectrum(matrix)
    wanted = found.spread**2 + (found.trace / 5 - 0.7) ** 2
    torch.testing.assert_close(scale_penalty(matrix, 0.7), wanted)
    assert scale_penalty(0.7 * torch.eye(5, dtype=torch.float64), 0.7).item() < 1e-30
    for seed in range(5):
        factor = torch.linalg.qr(normal(7, 3, seed=seed)).Q
        least = scale_penalty(0.7 * factor @ factor.mT, 0.7).item()
        assert least == pytest.approx(0.49 * 4 / 7)
        assert scale_penalty(normal(7, 3, seed=seed) @ normal(7, 3, seed=9).mT, 0.7) > 0.49 / 7


def test_gradients():
    matrix = normal(3, 3).requires_grad_()
    assert torch.autograd.gradcheck(lambda m: tuple(spectrum(m)), matrix)
    assert torch.autograd.gradcheck(lambda m: scale_penalty(m, 0.5), matrix)
    equal = torch.eye(3, dtype=torch.float64, requires_grad=True)
    spectrum(equal).spread.backward()
    assert equal.grad.abs().max() == 0


def test_half_precision_autocast_and_batches():
    matrix, tokens = normal(2, 5, 5).half(), normal(2, 3, 5).half()
    assert spectrum(matrix).trace.dtype == torch.float32
    scores = bilinear_scores(tokens, matrix[0])
    assert scores.dtype == torch.float16
    exact = bilinear_scores(tokens.double(), matrix[0].double())
    assert (scores.double() - exact).abs().max() <= 2e-3 * exact.abs().max()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        inside = bilinear_scores(tokens.float(), matrix[0].float()), *spectrum(matrix.float())
    outside = bilinear_scores(tokens.float(), matrix[0].float()), *spectrum(matrix.float())
    assert all(map(torch.equal, inside, outside))
    assert bilinear_scores(torch.zeros(0, 5), torch.zeros(5, 5)).shape == (0, 0)
    mapped = vmap(lambda m: spectrum(m).spread)(normal(2, 5, 5))
    torch.testing.assert_close(mapped, spectrum(normal(2, 5, 5)).spread)
    assert jacrev(lambda m: spectrum(m).trace)(normal(3, 3)).equal(torch.eye(3).double())


COMPILED = """
import torch
from attnkit.concentration.eigenspectrum import bilinear_scores, localisation, spectrum

whole = dict(fullgraph=True, backend="aot_eager")
tokens = torch.randn(5, 3, generator=torch.Generator().manual_seed(0))
matrix = tokens.mT @ tokens

def place(tokens, matrix):
    return localisation(bilinear_scores(tokens, matrix).softmax(-1), tokens), spectrum(matrix)

torch.testing.assert_close(torch.compile(place, **whole)(tokens, matrix), place(tokens, matrix))
"""


def test_compiled_in_one_graph_it_is_the_same(plain_python):
    plain_python.run(COMPILED)


def test_wrong_input_is_named():
    with pytest.raises(TypeError, match=r"generator must be a torch\.Generator"):
        score_matrix(3, 1.0, 0.1, generator=0)
    with pytest.raises(ValueError, match="width must be in"):
        score_matrix(1, 1.0, 0.1, generator=seeded())
    with pytest.raises(ValueError, match="spread must be in"):
        score_matrix(3, 1.0, -0.1, generator=seeded())
    with pytest.raises(ValueError, match="matrix must"):
        spectrum(torch.zeros(3, 5))
    with pytest.raises(ValueError, match="covariance must"):
        spectrum(torch.zeros(3, 3), torch.zeros(5, 5))
    with pytest.raises(ValueError, match="matrix must hold finite"):
        scale_penalty(torch.full((3, 3), math.nan), 0.5)
