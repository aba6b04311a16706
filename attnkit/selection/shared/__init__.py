"""What several mechanisms of the room use: kept keys, what was dropped, and three references."""
