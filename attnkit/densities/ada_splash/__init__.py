"""How often must all keys be looked at before the threshold of a sparse row is known?"""

from attnkit.densities.ada_splash.attention import causal_entmax_attention, entmax_attention
from attnkit.densities.ada_splash.bracket import Bracket, histogram_bracket, scaled, wide_bracket
from attnkit.densities.ada_splash.passes import passes, thresholds
from attnkit.densities.ada_splash.rules import halley, halving, newton
from attnkit.densities.ada_splash.weights import ada_splash_weights

__all__ = [
    "Bracket",
    "ada_splash_weights",
    "causal_entmax_attention",
    "entmax_attention",
    "halley",
    "halving",
    "histogram_bracket",
    "newton",
    "passes",
    "scaled",
    "thresholds",
    "wide_bracket",
]
