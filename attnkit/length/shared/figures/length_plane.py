"""The same row through every map of the room: how many keys it reads, of how many."""

from attnkit.cards.plane import plane

__all__ = ["LENGTH_PLANE"]

LENGTH_PLANE = plane(
    "length-plane",
    "length",
    title="One row through every map of the room",
    caption="""One key stands out by the gap among n whose scores spread around zero. Let n grow and
    watch who drifts up the line of equal weights, and who stays below. Every map has one setting
    for all lengths: height says little here, drift says all. Those that know n move least, and the
    root of log n more than they. LSSA and LSSAR get the scores as they are, without log n.""",
    beside=("softmax", "entmax"),
)
