"""The moving figure of the spectrum."""
