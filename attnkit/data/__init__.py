"""Real series, read from disk; a network is asked only by `download=True`."""

from attnkit.data.archives import ford_a, heartbeats
from attnkit.data.bundled import gestures
from attnkit.data.files import uwave
from attnkit.data.labelled import Labelled

__all__ = ["Labelled", "ford_a", "gestures", "heartbeats", "uwave"]
