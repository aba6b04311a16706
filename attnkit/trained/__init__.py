"""A real trained model as a second witness: what its heads read and made, by layer and head."""

from attnkit.trained.capture import capture
from attnkit.trained.encoder import Encoder, encoder
from attnkit.trained.passages import passages
from attnkit.trained.record import Capture

__all__ = ["Capture", "Encoder", "capture", "encoder", "passages"]
