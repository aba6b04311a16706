"""The moving figures of σReparam and its bound."""
