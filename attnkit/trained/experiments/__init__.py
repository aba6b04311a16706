"""What the thirty passages show of the encoder's seventy-two heads."""
