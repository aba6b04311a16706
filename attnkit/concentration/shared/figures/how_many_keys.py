"""The same row of scores through maps of every room: how many keys are left in fact."""

from attnkit.cards.plane import plane

__all__ = ["HOW_MANY_KEYS"]

HOW_MANY_KEYS = plane(
    "how-many-keys",
    "concentration",
    title="One row of scores, many maps",
    beside=("softmax", "entmax", "sparsemax", "scalable softmax", "LSSA", "sigmoid attention"),
    caption="""The room has no map of its own: it asks what the scores are. Raise the gap, as a
    larger gain on the weights would: every map is left with fewer keys. Then bring the gap to 0 and
    let 2,048 scores spread by 3: softmax reads thirteen keys though none was meant to stand out.
    The maps differ in how fast they follow the scores, and none turns them round.""",
)
