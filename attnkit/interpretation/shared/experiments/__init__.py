"""A small classifier, trained on sentences with planted relevance."""
