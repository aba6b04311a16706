"""The same row through every map of the room: how many keys it reads, and how much in all."""

from attnkit.cards.plane import plane

__all__ = ["SUM_OR_NO_SUM"]

SUM_OR_NO_SUM = plane(
    "sum-or-no-sum",
    "normalisation",
    title="One row, with and without a sum",
    caption="""One key stands out by the gap among n whose scores spread around zero. Lower the gap
    to zero and let n grow: who still reads one unit in all, who less, who more and more? Then raise
    the gap, and see which of them agree about a row that is worth reading. Weights that are no
    density have an effective number here all the same: that of the shares of their absolute
    values.""",
    beside=("softmax",),
)
