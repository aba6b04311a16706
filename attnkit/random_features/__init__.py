"""What a head can express: random-feature attention."""
