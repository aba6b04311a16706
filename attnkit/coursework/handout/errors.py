"""What a teacher can put right."""

__all__ = ["HandoutError"]


class HandoutError(ValueError):
    """A name, a folder or a file is not as it must be; the message names it."""
