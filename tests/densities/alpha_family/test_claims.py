"""What is claimed of the alpha family on the line, checked."""

import pytest

from attnkit.densities.alpha_family import claims


@pytest.mark.claim("line-closed-forms")
def test_closed_forms_agree_with_quadrature():
    measured = claims.line_closed_forms()
    assert measured["mass"] < 1e-10
    assert measured["variance"] < 1e-10


@pytest.mark.claim("one-gauss-rule")
def test_one_rule_serves_every_alpha():
    measured = claims.one_gauss_rule()
    assert measured["float64"] < 1e-12
    assert measured["float32"] < 1e-6
