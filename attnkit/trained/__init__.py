"""A real trained model as a second witness: what its heads read and made, by layer and head."""

from attnkit.trained.capture import capture
from attnkit.trained.encoder import Encoder, encoder
from attnkit.trained.intervene import intervene
from attnkit.trained.passages import passages
from attnkit.trained.record import Capture
from attnkit.trained.recorded.heads import by_length, heads, heads_by_passage

__all__ = [
    "Capture",
    "Encoder",
    "by_length",
    "capture",
    "encoder",
    "heads",
    "heads_by_passage",
    "intervene",
    "passages",
]
