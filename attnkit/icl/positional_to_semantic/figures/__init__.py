"""The moving figures of this room, one file each, named after the figure."""
