"""What heads without the appended constant can't learn, although the theorem's layer can."""

import torch

from attnkit.coursework import Task, compare, law
from attnkit.random_features.attention import RandomFeatureAttention
from attnkit.random_features.features import averaging_weights, relu_head_features
from attnkit.random_features.targets import sphere_tokens
from attnkit.random_features.tasks.samples import head_matrices

__all__ = ["WHAT_THE_CONSTANT_BUYS"]

WIDTH, N_KEYS = 3, 2


def tokens(generator, variant):
    """Uniform tokens on the sphere, for fitting and for testing."""
    queries, keys = sphere_tokens(variant["n_samples"], N_KEYS, WIDTH, generator=generator)
    yield {"queries": queries, "keys": keys}


def _fluctuation(answer, queries, keys):
    values = answer(queries, keys).mean(-1)
    return values - values.mean()


@law(
    "one pair at a time", "The value at a key depends on that key and the query only.", cases=tokens
)
def one_pair_at_a_time(answer, queries, keys):
    together = answer(queries, keys)
    alone = torch.cat([answer(queries, key) for key in keys.split(1, dim=1)], dim=1)
    if not compare.agree(alone, together):
        return "the values change when each key is shown alone"
    return None


@law("not constant", "The target varies from sample to sample.", cases=tokens)
def not_constant(answer, queries, keys):
    if not float(_fluctuation(answer, queries, keys).std()) > 1e-3:
        return "its mean over the keys is the same for all samples, which an intercept learns"
    return None


@law("out of reach", "No head without the constant is any help to a fit.", cases=tokens)
def out_of_reach(answer, queries, keys):
    queries, keys = torch.cat([queries, -queries]), torch.cat([keys, -keys])
    weights = averaging_weights(keys, None)
    features = relu_head_features(head_matrices(60, WIDTH), queries, keys, weights)
    values = _fluctuation(answer, queries, keys)
    sizes = (features - features.mean(0)).norm(dim=0) * values.norm()
    correlations = ((features - features.mean(0)).mT @ values) / sizes
    if float(correlations.abs().max()) > 1e-8:
        return "some heads without the constant correlate with your target"
    return None


@law("within reach of the constant", "Heads with the constant learn it.", cases=tokens)
def within_reach(answer, queries, keys):
    values = answer(queries, keys).mean(-1)
    half = len(values) // 2
    model = RandomFeatureAttention(150, generator=torch.Generator().manual_seed(4))
    model.fit(queries[:half], keys[:half], values[:half])
    missed = values[half:] - model.predict(queries[half:], keys[half:])
    error = missed.square().mean() / values[half:].var()
    return compare.at_most(error, 0.25, what="the test error over variance of 150 such heads")


WHAT_THE_CONSTANT_BUYS = Task(
    name="what-the-constant-buys",
    title="What the constant buys",
    kind="break",
    difficulty=3,
    minutes=35,
    statement=r"""
Leave the appended 1 away: $f = b + \sum_m \frac1N \sum_i$ $\mathrm{{relu}}(q^\top W_m k_i)
\langle v_m, k_i\rangle$ with unbiased heads and a free intercept $b$. Break this: *“With enough
heads such a layer learns the average over the keys of any smooth function of a query and a key.”*
Write
`pair_function(queries, keys)`, which maps queries `(sample, feature)` and keys
`(sample, key, feature)` to values `(sample, key)`, such that the mean over the keys is
uncorrelated with every such head when tokens are uniform on the sphere. It must not be
far-fetched: the layer *with* the constant has to learn it from {n_samples} samples, half of them
for testing, to a quarter of its variance.
""",
    hints=(
        "Look for a symmetry: a change of the input after which every feature of every head is "
        "known from what it was before.",
        "A score is unchanged when two signs are turned at once. And the value that it multiplies?",
        "If all features change sign under an operation that leaves the distribution of tokens "
        "alone, then a function that does *not* change is orthogonal to all of them. Take a "
        "simple one.",
    ),
    placeholder='''
def pair_function(queries, keys):
    """Values (sample, key) of your F(q, k) for queries (sample, d) and keys (sample, key, d)."""
    return torch.full(keys.shape[:-1], float("nan"), dtype=torch.float64)
''',
    laws=(one_pair_at_a_time, not_constant, out_of_reach, within_reach),
    variants={"n_samples": (800, 900, 1000)},
)
