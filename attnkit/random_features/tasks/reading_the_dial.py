"""Why the best bias is neither none nor the largest."""

from attnkit.coursework import Task

__all__ = ["READING_THE_DIAL"]

READING_THE_DIAL = Task(
    name="reading-the-dial",
    title="A prior that can be too strong",
    kind="explain",
    difficulty=2,
    minutes=25,
    statement=r"""
Move the bias dial (in a notebook: `attnkit.explore.gallery()["bias-dial"]`) from 0 to 16 for three
targets: $\langle\beta,k\rangle^2$, $\langle q,k\rangle^2$ and {target}. Sketch the error at
$n = 1024$ against the bias for each, and explain all three curves with one idea: a mean matrix
moves the heads to one place in the space of functions and takes them away from others. Your
explanation must say where the curves fall, where they rise again and why, and what the layer
computes in the limit of an infinite bias.
""",
    hints=(
        "How different are two heads of the biased model? Compare the size of the mean score "
        "with that of its random part.",
        "Expand one head around its mean score. Which functions come with a large coefficient, and "
        "which only with the random part?",
        "Each eigenvalue of the kernel is a budget that the heads' total spends on some "
        "function. Ask for each target where its budget goes when the bias grows, and how many "
        "*different* functions are left in the end.",
    ),
    rubric=(
        "Three sketches that agree with the figure, with the place of the minimum where there "
        "is one.",
        "One idea explains all three, and is stated before it is used.",
        "Says where the rise at large bias comes from, and why it is or is not overfitting.",
        "Names the functions that are left in the limit of an infinite bias, and how many there "
        "are.",
        "Says why the third target ends where it does, by means of that limit.",
    ),
    variants={"target": ("relu⟨q,k⟩·⟨β,k⟩", "⟨q,k⟩³·⟨β,k⟩", "⟨q,k⟩⁴")},
)
