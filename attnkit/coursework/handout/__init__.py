"""What a teacher hands out and gets back: notebooks made from a problem set, and their grades."""

from attnkit.coursework.handout.errors import HandoutError

__all__ = ["HandoutError"]
