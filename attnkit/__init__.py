"""attnkit: attention as an expectation under a density."""
