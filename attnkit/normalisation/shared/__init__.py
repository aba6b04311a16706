"""What several mechanisms of this room use."""
