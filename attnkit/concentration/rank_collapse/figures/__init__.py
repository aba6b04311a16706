"""The moving figure of rank collapse."""
