"""The same row through every map of the room: how many keys it reads, of how many."""

from attnkit.cards.plane import plane

__all__ = ["SELECTION_PLANE"]

SELECTION_PLANE = plane(
    "selection-plane",
    "selection",
    title="One row through the maps of the room",
    caption="""A dot on the line would weigh its keys equally. Raise the gap: softmax comes down
    while its support stays whole. The cover of a share and entmax move to the left as well, for
    they let the row say how many keys it needs; a fixed number of columns stays. Set the spread and
    the gap to zero: now the cover wants four fifths of all keys.""",
    beside=("softmax", "entmax"),
)
