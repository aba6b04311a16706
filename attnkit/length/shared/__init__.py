"""What the mechanisms of this room use: visible keys, scores at a scale of theirs, and a needle."""
