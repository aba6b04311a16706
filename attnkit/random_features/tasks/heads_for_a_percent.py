"""How far the kernel of M heads is from its limit: the rate and its constant."""

import torch

from attnkit.coursework import Task, compare, law
from attnkit.random_features.attention import RandomFeatureAttention
from attnkit.random_features.limit_kernels import attention_kernel
from attnkit.random_features.tasks.samples import gaussian

__all__ = ["HEADS_FOR_A_PERCENT"]

N_DRAWS = 2000


def numbers_of_heads(generator, variant):
    """A few heads, then more, each on a query and a key of its own."""
    for n_heads in (4, 16, variant["n_heads"]):
        yield {
            "n_heads": n_heads,
            "query": gaussian(generator, 1, 3),
            "keys": gaussian(generator, 1, 1, 3),
        }


@law("rate", "Four times as many heads have half the error.", cases=numbers_of_heads)
def rate(answer, n_heads, query, keys):
    ratio = answer(4 * n_heads) / answer(n_heads)
    return compare.against(ratio, 0.5, what="the error at four times the number")


@law("measured", "It is the error of layers drawn at random.", cases=numbers_of_heads)
def measured(answer, n_heads, query, keys):
    model = RandomFeatureAttention(n_heads * N_DRAWS, generator=torch.Generator().manual_seed(2))
    squares = (model.features(query, keys) ** 2).reshape(N_DRAWS, -1).sum(-1) * N_DRAWS
    limit = attention_kernel((query, keys), (query, keys)).item()
    error = float((squares / limit - 1).square().mean().sqrt())
    said = answer(n_heads) / error
    return compare.against(said, 1.0, what="the predicted error", tolerance=0.15)


HEADS_FOR_A_PERCENT = Task(
    name="heads-for-a-percent",
    title="How many heads for one per cent?",
    kind="predict",
    difficulty=2,
    minutes=30,
    statement=r"""
One query, one key, no bias. The layer of $M$ frozen heads has the kernel value $K_M(X, X)$, which
fluctuates from draw to draw around its limit $K(X, X)$. Predict the root mean square of
$K_M / K - 1$, the *relative* error: its rate in $M$ and the constant in front. Write
`relative_error(n_heads)`. (It depends on neither query nor key; why?) Then measure it with
{n_heads} heads: draw a few hundred layers `RandomFeatureAttention(n_heads, generator=...)` and
compare their `gram` with `attention_kernel`. How many heads does one per cent take?
""",
    hints=(
        "$K_M$ is a mean of independent terms, one for each head. What is the variance of a mean?",
        "The term of one head is proportional to $\\mathrm{relu}(s)^2$ with a Gaussian score "
        "$s$. You need its mean and its mean square; by symmetry each is half of a Gaussian "
        "moment.",
        "A Gaussian has $E s^2 = \\sigma^2$ and $E s^4 = 3\\sigma^4$. Divide the variance of "
        "$\\mathrm{relu}(s)^2$ by the square of its mean: $\\sigma$ goes, and the constant stays.",
    ),
    placeholder='''
def relative_error(n_heads):
    """Root mean square of K_M / K - 1 for one query with one key."""
    return float("nan")
''',
    laws=(rate, measured),
    variants={"n_heads": (100, 64, 81)},
)
