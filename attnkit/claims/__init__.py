"""Claims: statements of the book, each with its source, its function, its test and its numbers."""

from attnkit.claims.registry import Claim, claim, claims

__all__ = ["Claim", "claim", "claims"]
