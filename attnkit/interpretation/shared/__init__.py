"""What several mechanisms of this room use: sentences with planted relevance, and a reader."""
