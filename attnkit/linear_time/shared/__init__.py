"""What several mechanisms of the room use: rows of weights from features, and how they differ."""
