"""What several mechanisms of concentration use."""
