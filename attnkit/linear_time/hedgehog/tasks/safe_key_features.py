"""Keep a key's exponential features from overflowing, and its weights as they are."""

import torch

from attnkit.coursework import Task, compare, law

__all__ = ["SAFE_KEY_FEATURES"]


def _keys(generator, variant):
    """One key, a few, and keys of very different lengths."""
    for n_keys, width in ((1, 2), (3, 1), (variant["n_keys"], variant["width"])):
        spread = torch.linspace(0.2, 2.5, n_keys, dtype=torch.float64)[:, None]
        drawn = torch.randn(n_keys, width, generator=generator, dtype=torch.float64)
        yield {"projected": spread * drawn}


@law("both signs", "Opposite keys have the same features, in exchanged halves.", cases=_keys)
def _both_signs(answer, *, projected):
    width = projected.shape[-1]
    swapped = answer(-projected).roll(width, dims=-1)
    return compare.against(swapped, answer(projected), what="the features of opposite keys")


@law("long keys", "Features of keys whose entries reach thousands are finite.", cases=_keys)
def _long_keys(answer, *, projected):
    features = answer(1000 * projected)
    finite = features.isfinite().double()
    return compare.against(finite, torch.ones_like(finite), what="what is finite of the features")


@law(
    "same weights",
    "Any two keys are to a query as with the exponentials themselves.",
    cases=_keys,
)
def _same_weights(answer, *, projected):
    plain = torch.cat([projected, -projected], -1).exp()
    query = torch.linspace(0.5, 2.0, plain.shape[-1], dtype=plain.dtype)
    wanted = plain @ query / (plain @ query).sum()
    products = answer(projected) @ query
    return compare.against(products / products.sum(), wanted, what="the weights of a query")


SAFE_KEY_FEATURES = Task(
    name="safe-key-features",
    title="A shift that keys may have",
    kind="implement",
    difficulty=1,
    minutes=15,
    statement=r"""
Hedgehog's exponential map makes of a projected key $x$ the features $[e^x, e^{{-x}}]$. An entry of
a thousand overflows. In softmax one subtracts the largest score and nothing changes. Write
`safe_key_features(projected)` for keys (key, width): features (key, 2 width) that never overflow
and give every query the weights that the exponentials give. Without anything of attnkit. Try
{n_keys} keys of width {width}: what does a shift of its own for each key do to the longest one?
""",
    hints=(
        "What may every feature of every key be multiplied by, so that no weight changes?",
        "Compare a factor that two keys share with one that each has for itself.",
        "Look for the largest exponent of all, over keys, features and both signs.",
    ),
    placeholder='''
def safe_key_features(projected):
    """Features (key, 2 width) of projected keys (key, width), the positive sign first."""
    return torch.full((len(projected), 2 * projected.shape[-1]), float("nan")).to(projected)
''',
    laws=(_both_signs, _long_keys, _same_weights),
    library={},
    variants={"n_keys": (5, 7, 11), "width": (2, 3, 4)},
)
