"""attnkit: attention as an expectation under a density."""

__version__ = "0.1.0"
