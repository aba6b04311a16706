"""Real series, read from disk; nothing here asks a network for anything."""

from attnkit.data.bundled import gestures
from attnkit.data.files import uwave

__all__ = ["gestures", "uwave"]
