"""The moving figures of this room, one file each; `explorables.py` declares them to the gallery."""
