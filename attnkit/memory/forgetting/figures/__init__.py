"""The moving figures of forgetting."""
