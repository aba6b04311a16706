"""What tasks of several memories share."""
