"""The moving figures of feature maps."""
