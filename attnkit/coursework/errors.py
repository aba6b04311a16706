"""What can go wrong with an answer before any law is tried, as a sentence."""

__all__ = ["AnswerError", "NotDoneError", "TooSlowError"]


class AnswerError(Exception):
    """The answer did something that no right answer does; the message is half a sentence."""


class NotDoneError(Exception):
    """The answer is still the placeholder."""


class TooSlowError(Exception):
    """The answer took longer than it may."""
