"""The tasks of this room, one file each: what is asked, and the laws an answer must obey."""
