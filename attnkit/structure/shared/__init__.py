"""What several mechanisms of the room use: small classifiers of digits that come in patches."""
