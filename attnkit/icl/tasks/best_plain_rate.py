"""The best rate of one step without centring."""

from attnkit.coursework import Task

__all__ = ["BEST_PLAIN_RATE"]

BEST_PLAIN_RATE = Task(
    name="best-plain-rate",
    title="The best rate, without centring",
    kind="derive",
    difficulty=2,
    minutes=40,
    statement=r"""
Take one *plain* step at rate $p$, $\hat y = \frac{{p}}{{L}}\sum_l y_l\langle x_l, x_q\rangle$, on
round inputs: $x\sim\mathcal N(0,I)$, $w\sim\mathcal N(0,I/d)$, noise of variance $\sigma^2$.

1. Derive its risk as a function of $p$, and the best rate.
2. Compare it with the debiased step, for which the chapter gives rate and risk. Which of the two
   has the smaller risk at its own best rate? Put numbers in for $d = {d}$, $L = {n_examples}$,
   $\sigma^2 = {noise}$.
3. In one sentence: what does centring cost, and what does it avoid?
""",
    hints=(
        "The risk is quadratic in $p$. You need two means: that of $\\hat y\\,y_q$ and that of "
        "$\\hat y^2$.",
        "Average over the query first: what is left is the squared length of $\\frac1L X^\\top y$. "
        "Split $y$ into signal and noise.",
        "For the signal you need the mean of $(X^\\top X)^2$. Write it as a double sum over "
        "examples; only where the two indices agree does a fourth moment of a Gaussian appear.",
    ),
    rubric=(
        "Averages over the query and reduces both means to moments of X'X (and says that the noise "
        "of the examples is independent of it).",
        "Gets the mean of (X'X)^2 right, the fourth moment at equal indices included.",
        "Writes the risk as a quadratic in p and minimises it; the limit of long prompts is "
        "checked.",
        "Compares the two risks at their own best rates, with correct numbers for the variant, and "
        "says which is smaller.",
        "Names what centring costs (one of L examples) and what it avoids.",
    ),
    variants={"d": (5, 3, 8), "n_examples": (40, 20, 60), "noise": (0.1, 0.5, 1.0)},
)
