"""The tasks of linear attention, one file each."""
