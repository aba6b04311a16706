"""Does a head learn faster that may look at a few tokens only, chosen by itself?"""

from attnkit.icl.semantic_focus.focus import focused_weights

__all__ = ["focused_weights"]
