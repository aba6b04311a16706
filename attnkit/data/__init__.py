"""Real series, read from disk; a network is asked only by `download=True`."""

from attnkit.data.archives import Labelled, ford_a, heartbeats
from attnkit.data.bundled import gestures
from attnkit.data.files import uwave

__all__ = ["Labelled", "ford_a", "gestures", "heartbeats", "uwave"]
