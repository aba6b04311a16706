"""What was recorded of the encoder, as summaries that travel in the package."""
