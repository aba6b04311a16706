import pytest
import torch

from attnkit.random_features import (
    FixedLevel,
    NormBound,
    RandomFeatureAttention,
    RandomFeatureDeepSets,
    RandomFeatureMLP,
    RandomFeatureSoftmaxAttention,
    pad_keys,
)
from tests.random_features.reference import (
    head_readout,
    ridge_with_intercept,
    sphere_tokens,
    with_constant,
)

MAKERS = {
    "attention": lambda g: RandomFeatureAttention(13, generator=g),
    "biased": lambda g: RandomFeatureAttention(13, 4.0, generator=g),
    "softmax": lambda g: RandomFeatureSoftmaxAttention(13, 1.0, generator=g),
    "deep sets": lambda g: RandomFeatureDeepSets(83, generator=g),
    "mlp": lambda g: RandomFeatureMLP(83, generator=g),
}
INVARIANT = ["attention", "biased", "softmax", "deep sets"]


def make(name, seed=1):
    return MAKERS[name](torch.Generator().manual_seed(seed))


def smooth_target(queries, keys):
    return keys[..., 0].square().mean(1) + (queries[:, None] * keys).sum(-1).relu().mean(1)


@pytest.mark.parametrize("softmax", [False, True])
def test_features_equal_the_loop_over_heads(softmax):
    queries, keys = sphere_tokens(3, 5, 7)
    maker = RandomFeatureSoftmaxAttention if softmax else RandomFeatureAttention
    model = maker(11, 2.0)
    features = model.features(queries, keys).unflatten(1, (11, 8)) * 11**0.5
    for sample in range(3):
        for head in range(11):
            wanted = head_readout(
                model.frozen[head], queries[sample], keys[sample], softmax=softmax
            )
            torch.testing.assert_close(features[sample, head], wanted, atol=1e-13, rtol=1e-12)


def test_comparators_equal_the_loop_over_units():
    queries, keys = sphere_tokens(3, 5, 7)
    sets, mlp = make("deep sets"), make("mlp")
    set_features, mlp_features = sets.features(queries, keys), mlp.features(queries, keys)
    for sample in range(3):
        query = with_constant(queries[sample])
        tokens = [with_constant(key) for key in keys[sample]]
        hidden = [(sets.frozen @ torch.cat([query, key])).relu() for key in tokens]
        torch.testing.assert_close(set_features[sample] * 83**0.5, sum(hidden) / 5)
        wanted = (mlp.frozen @ torch.cat([query, *tokens])).relu()
        torch.testing.assert_close(mlp_features[sample] * 83**0.5, wanted)


@pytest.mark.parametrize("name", INVARIANT)
@pytest.mark.claim("permutation-invariance")
def test_reordering_the_keys_changes_nothing(name):
    queries, keys = sphere_tokens(37, 11, 5)
    model = make(name).fit(queries, keys, smooth_target(queries, keys))
    order = torch.randperm(11, generator=torch.Generator().manual_seed(3))
    shuffled = model.predict(queries, keys[:, order])
    assert (model.predict(queries, keys) - shuffled).abs().max() < 1e-12


@pytest.mark.claim("permutation-invariance")
def test_the_mlp_does_see_the_order():
    queries, keys = sphere_tokens(37, 11, 5)
    model = make("mlp").fit(queries, keys, keys[:, 0, 0])
    assert (model.predict(queries, keys) - model.predict(queries, keys.flip(1))).abs().max() > 1e-2


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize("n_samples", [29, 211])
def test_fit_solves_the_ridge_problem_in_both_forms(name, n_samples):
    """29 samples are fewer than the features (dual form), 211 are more (primal form)."""
    queries, keys = sphere_tokens(n_samples, 3, 5)
    targets = smooth_target(queries, keys)
    model = make(name)
    features = model.features(queries, keys)
    coefficients, intercept = ridge_with_intercept(features, targets, 0.03)
    model.fit(queries, keys, targets, penalty=FixedLevel(0.03))
    torch.testing.assert_close(model.values_[:, 0], coefficients, atol=1e-8, rtol=1e-8)
    torch.testing.assert_close(model.intercept_[0], intercept, atol=1e-8, rtol=1e-8)
    torch.testing.assert_close(
        model.predict(queries, keys), features @ coefficients + intercept, atol=1e-8, rtol=1e-8
    )


@pytest.mark.parametrize("name", MAKERS)
def test_predictions_are_linear_in_the_targets_at_a_fixed_level(name):
    queries, keys = sphere_tokens(41, 3, 5)
    first, second = smooth_target(queries, keys), keys[..., 1].mean(1)
    both = torch.stack([first, second, 2.0 * first - 3.0 * second], dim=1)
    model = make(name).fit(queries, keys, both, penalty=FixedLevel(0.1))
    a, b, mixed = model.predict(queries, keys).unbind(1)
    torch.testing.assert_close(mixed, 2.0 * a - 3.0 * b, atol=1e-10, rtol=1e-10)


def test_blocks_of_heads_change_nothing(monkeypatch):
    queries, keys = sphere_tokens(53, 7, 5)
    targets = smooth_target(queries, keys)
    whole = make("attention").fit(queries, keys, targets)
    monkeypatch.setattr("attnkit.random_features.models.FLOATS_PER_BLOCK", 53 * 7 * 2)
    streamed = make("attention").fit(queries, keys, targets)
    torch.testing.assert_close(
        streamed.predict(queries, keys), whole.predict(queries, keys), atol=1e-9, rtol=1e-9
    )


@pytest.mark.parametrize("name", MAKERS)
def test_one_generator_seed_gives_one_model(name):
    queries, keys = sphere_tokens(31, 3, 5)
    targets = smooth_target(queries, keys)
    first, again, other = (make(name, seed).fit(queries, keys, targets) for seed in (7, 7, 8))
    assert torch.equal(first.predict(queries, keys), again.predict(queries, keys))
    assert not torch.allclose(first.predict(queries, keys), other.predict(queries, keys))


def test_frozen_weights_stay_over_refits():
    queries, keys = sphere_tokens(31, 3, 5)
    model = make("attention").fit(queries, keys, smooth_target(queries, keys))
    before = model.frozen.clone()
    model.fit(queries[:20], keys[:20], keys[:20, 0, 0])
    assert torch.equal(model.frozen, before)


@pytest.mark.parametrize("name", ["attention", "biased", "softmax"])
def test_float32_features_with_a_float64_solve_agree_with_float64(name):
    queries, keys = sphere_tokens(383, 7, 11)
    targets = smooth_target(queries, keys)
    wanted = RandomFeatureAttention.predict(
        make(name).fit(queries[:300], keys[:300], targets[:300]), queries[300:], keys[300:]
    )
    single = make(name).fit(queries[:300].float(), keys[:300].float(), targets[:300])
    got = single.predict(queries[300:].float(), keys[300:].float())
    assert got.dtype == torch.float32
    assert (got.double() - wanted).abs().max() < 1e-4 * targets.std()


def test_half_in_half_out():
    queries, keys = sphere_tokens(31, 3, 5)
    targets = smooth_target(queries, keys)
    model = make("attention").fit(queries.half(), keys.half(), targets)
    assert model.predict(queries.half(), keys.half()).dtype == torch.float16


@pytest.mark.parametrize("name", INVARIANT)
def test_masked_keys_count_for_nothing(name):
    queries, keys = sphere_tokens(37, 7, 5)
    sets = [keys[i, : 1 + i % 7] for i in range(37)]
    padded, mask = pad_keys(sets)
    dirty = padded.masked_fill(~mask.unsqueeze(-1), 1e6)
    model = make(name)
    features = model.features(queries, dirty, mask=mask)
    for sample in (0, 3, 36):
        alone = model.features(queries[sample : sample + 1], sets[sample][None])
        torch.testing.assert_close(features[sample : sample + 1], alone, atol=1e-12, rtol=1e-12)


def test_mask_may_hide_what_is_not_a_number():
    queries, keys = sphere_tokens(11, 3, 5)
    keys[0, 2] = float("nan")
    mask = torch.ones(11, 3, dtype=torch.bool)
    mask[0, 2] = False
    model = make("attention").fit(queries, keys, queries[:, 0], mask=mask)
    assert model.predict(queries, keys, mask=mask).isfinite().all()


@pytest.mark.parametrize("name", INVARIANT)
def test_a_sample_without_keys_gets_the_intercept(name):
    queries, keys = sphere_tokens(31, 3, 5)
    model = make(name).fit(queries, keys, smooth_target(queries, keys))
    mask = torch.zeros(31, 3, dtype=torch.bool)
    got = model.predict(queries, keys, mask=mask)
    torch.testing.assert_close(got, model.intercept_.expand(31), atol=1e-12, rtol=0)


def test_attention_predicts_for_another_number_of_keys_and_the_mlp_refuses():
    queries, keys = sphere_tokens(31, 7, 5)
    targets = smooth_target(queries, keys)
    fewer = make("attention").fit(queries, keys, targets).predict(queries, keys[:, :3])
    assert fewer.shape == (31,)
    with pytest.raises(ValueError, match="keys of these sizes"):
        make("mlp").fit(queries, keys, targets).predict(queries, keys[:, :3])


@pytest.mark.parametrize("name", MAKERS)
def test_constant_targets_are_predicted_exactly(name):
    queries, keys = sphere_tokens(31, 3, 5)
    model = make(name).fit(queries, keys, torch.full((31,), 2.5, dtype=torch.float64))
    assert (model.predict(queries, keys) - 2.5).abs().max() < 1e-12


@pytest.mark.parametrize("name", MAKERS)
def test_a_singular_gram_matrix_is_no_trouble(name):
    """All samples equal, so all features are; then every sample twice."""
    queries, keys = sphere_tokens(1, 3, 5)
    targets = torch.arange(31, dtype=torch.float64)
    same = make(name).fit(queries.repeat(31, 1), keys.repeat(31, 1, 1), targets)
    assert (same.predict(queries, keys) - 15.0).abs().max() < 1e-6
    queries, keys = sphere_tokens(17, 3, 5)
    queries, keys = queries.repeat(2, 1), keys.repeat(2, 1, 1)
    twice = make(name).fit(queries, keys, smooth_target(queries, keys))
    assert twice.predict(queries, keys).isfinite().all()


def test_the_norm_bound_holds_and_is_reached():
    queries, keys = sphere_tokens(59, 3, 5)
    targets = torch.stack([smooth_target(queries, keys), keys[..., 1].mean(1)], dim=1)
    free = make("attention").fit(queries, keys, targets, penalty=FixedLevel(1e-9))
    radius = 0.5 * float(free.values_.norm(dim=0).min())
    bound = make("attention").fit(queries, keys, targets, penalty=NormBound(radius))
    torch.testing.assert_close(bound.values_.norm(dim=0), torch.full((2,), radius).double())
    heads = bound.values_[:, 0].unflatten(0, (13, 6)) / 13**0.5
    assert heads.norm(dim=1).sum() <= radius * (1 + 1e-9)
    slack = make("attention").fit(queries, keys, targets, penalty=NormBound(1e6))
    assert (slack.values_.norm(dim=0) < 1e6).all()


@pytest.mark.parametrize("name", MAKERS)
def test_predictions_can_be_differentiated(name):
    queries, keys = sphere_tokens(31, 3, 5)
    model = make(name).fit(queries, keys, smooth_target(queries, keys))
    few = [part[:2].clone().requires_grad_() for part in (queries, keys)]
    assert torch.autograd.gradcheck(model.predict, few)


def test_fitting_keeps_no_graph():
    queries, keys = (part.requires_grad_() for part in sphere_tokens(31, 3, 5))
    model = make("attention").fit(queries, keys, keys[:, 0, 0])
    assert not model.values_.requires_grad


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
@pytest.mark.parametrize("name", MAKERS)
def test_cuda_agrees_with_the_cpu(name):
    queries, keys = sphere_tokens(97, 7, 5)
    targets = smooth_target(queries, keys)
    wanted = make(name).fit(queries, keys, targets).predict(queries, keys)
    on_device = make(name).fit(queries.cuda(), keys.cuda(), targets.cuda())
    got = on_device.predict(queries.cuda(), keys.cuda())
    assert got.device.type == "cuda"
    torch.testing.assert_close(got.cpu(), wanted, atol=1e-7, rtol=1e-7)
