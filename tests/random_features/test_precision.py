"""Mixed precision leaves every public function of the room alone, half is computed in single."""

import pytest
import torch

from attnkit.random_features import (
    AlongKey,
    AlongQuery,
    FixedLevel,
    Match,
    RandomFeatureAttention,
    RandomFeatureDeepSets,
    RandomFeatureMLP,
    RandomFeatureSoftmaxAttention,
    SoftmaxWeight,
    arc_cosine,
    attention_kernel,
    dual_system,
    empirical_spectrum,
    primal_system,
    rectified_moment,
    sphere_tokens,
    target,
)

QUERIES, KEYS = (
    part.float() for part in sphere_tokens(23, 3, 5, generator=torch.Generator().manual_seed(0))
)
TOKENS = (QUERIES, KEYS)
TARGETS = KEYS[..., 0].square().mean(1)
ROW = torch.linspace(-1.0, 1.0, 7)
BETA = torch.eye(5)[0]
GRAM = attention_kernel(TOKENS, TOKENS)
MAKERS = {
    "attention": lambda: RandomFeatureAttention(7),
    "biased": lambda: RandomFeatureAttention(7, 1.0),
    "softmax": lambda: RandomFeatureSoftmaxAttention(7, 1.0),
    "deep sets": lambda: RandomFeatureDeepSets(13),
    "mlp": lambda: RandomFeatureMLP(13),
}
CALLS = {
    "kernel": lambda: attention_kernel(TOKENS, TOKENS),
    "biased kernel": lambda: attention_kernel(TOKENS, TOKENS, bias_scale=1.0),
    "mean head": lambda: attention_kernel(TOKENS, TOKENS, bias_scale=1.0, spread=0.0),
    "arc cosine": lambda: arc_cosine(ROW),
    "moment": lambda: rectified_moment(ROW, ROW.flip(0), 0.5 * ROW),
    "match": lambda: Match()(*TOKENS),
    "along": lambda: (AlongKey(BETA) * AlongQuery(BETA))(*TOKENS),
    "softmax weight": lambda: SoftmaxWeight(4.0)(*TOKENS),
    "target": lambda: target(SoftmaxWeight(4.0) * AlongKey(BETA), *TOKENS),
    "dual": lambda: dual_system(GRAM, TARGETS[:, None]).solve(torch.ones(1).double()),
    "primal": lambda: primal_system(GRAM[:, :5], TARGETS[:, None]).solve(torch.ones(1).double()),
    "spectrum": lambda: torch.from_numpy(empirical_spectrum(GRAM, TARGETS)[0].eigenvalues),
}
for name, make in MAKERS.items():
    CALLS[f"{name}: features"] = lambda make=make: make().features(*TOKENS)
    CALLS[f"{name}: gram"] = lambda make=make: make().gram(*TOKENS)
    CALLS[f"{name}: fit, predict"] = lambda make=make: (
        make().fit(*TOKENS, TARGETS, penalty=FixedLevel(0.01)).predict(*TOKENS)
    )
    CALLS[f"{name}: values"] = lambda make=make: make().fit(*TOKENS, TARGETS).values_


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
@pytest.mark.parametrize("name", CALLS)
def test_autocast_changes_no_digit(name, dtype):
    wanted = CALLS[name]()
    with torch.autocast("cpu", dtype=dtype):
        got = CALLS[name]()
    assert got.dtype == wanted.dtype
    assert torch.equal(got, wanted)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
@pytest.mark.parametrize("name", ["kernel", "arc cosine", "moment", "match", "softmax weight"])
def test_half_precision_is_computed_in_single(name, dtype):
    functions = {
        "kernel": lambda q, k: attention_kernel((q, k), (q, k), bias_scale=1.0),
        "arc cosine": lambda q, k: arc_cosine(q),
        "moment": lambda q, k: rectified_moment(q, q.flip(0), q),
        "match": lambda q, k: Match()(q, k),
        "softmax weight": lambda q, k: SoftmaxWeight(4.0)(q, k),
    }
    half = QUERIES.to(dtype), KEYS.to(dtype)
    got = functions[name](*half)
    assert got.dtype == dtype
    assert torch.equal(got, functions[name](*(part.float() for part in half)).to(dtype))
