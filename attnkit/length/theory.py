"""The theory of growing rows: normal scores and a needle among them. Numbers in, numbers out."""

from attnkit.length.ssmax.theory.laws import *  # noqa: F403
from attnkit.length.ssmax.theory.laws import __all__ as _laws
from attnkit.length.ssmax.theory.quadrature import *  # noqa: F403
from attnkit.length.ssmax.theory.quadrature import __all__ as _quadrature

__all__ = [*_laws, *_quadrature]
