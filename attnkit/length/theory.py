"""The theory of growing rows: normal scores and a needle among them. Numbers in, numbers out."""

from attnkit.length.ssmax.theory.needle import *  # noqa: F403
from attnkit.length.ssmax.theory.needle import __all__ as _needle
from attnkit.length.ssmax.theory.normal_scores import *  # noqa: F403
from attnkit.length.ssmax.theory.normal_scores import __all__ as _normal_scores
from attnkit.length.ssmax.theory.quadrature import *  # noqa: F403
from attnkit.length.ssmax.theory.quadrature import __all__ as _quadrature

__all__ = [*_normal_scores, *_needle, *_quadrature]
