"""The moving figures of chains of layers."""
