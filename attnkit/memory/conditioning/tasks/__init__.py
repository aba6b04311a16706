"""The tasks of conditioning, one file each."""
