"""What several figures of this room share."""
