"""The moving figure of joined pieces."""
