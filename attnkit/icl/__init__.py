"""What a head learns: in-context linear regression."""
