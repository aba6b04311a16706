"""Why sparse attention over a fitted function is not sparse attention over the samples."""

from attnkit.coursework import Task

__all__ = ["ERASED_SAMPLES"]

ERASED_SAMPLES = Task(
    name="erased-samples",
    title="Two ways to erase what is not seen",
    kind="explain",
    difficulty=2,
    minutes=25,
    statement=r"""
Open the figure of the gesture (in a notebook: `attnkit.explore.gallery()["signal-attention"]`) at
$\alpha = 2$ with {share:.0%} of the points kept, and look at 0.66. Erase the *function* outside
the support, then the *samples* outside it, and write down both changes of the context. Then do
both at $\alpha = 1$. Explain the four numbers to someone who has read only the definition of the
readout. Your explanation must say which of the four are exactly zero, which is not although the
density there is zero, and what would have to be different about the bumps to make it (nearly) so.
One page at most.
""",
    hints=(
        "There are two lists of weights in this picture. One is over time. Over what is the other?",
        "The context is linear in the samples. Which step of the fit lets a sample outside the "
        "support change the function inside?",
        "Follow one sample at the edge: through the bumps that it touches, through the inverse "
        "that couples those bumps to their neighbours, to the mean of each bump under the "
        "density.",
    ),
    rubric=(
        "Reports four changes as read from the figure, and says which are zero exactly and why.",
        "Explains why erasing the function does at α = 1 what it does not do at α = 2.",
        "Tells the two lists of weights apart, and says of each whether it is sparse.",
        "Follows a sample outside the support, step by step, to the context.",
        "Gives a condition under which such samples would matter little, and says what it costs.",
    ),
    variants={"share": (0.1, 0.2, 0.05)},
)
