"""Maps that learn: what they start as, a loss that is the divergence, heads that learn alone."""

import pytest
import torch

from attnkit.diagnostics import entropy
from attnkit.linear_time.hedgehog import (
    LearnedMaps,
    distil,
    exponential_features,
    imitation_loss,
    signed_softmax_features,
)
from attnkit.linear_time.hedgehog.theory import block_features, divergence_floor, partner_bound
from attnkit.linear_time.shared.rows import divergence, kernel_weights


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def heads(n_tokens=13, n_heads=2, seed=3, d=5):
    """Queries, keys and softmax rows of a few heads whose rows differ."""
    q, k = 1.2 * torch.randn(2, n_heads, n_tokens, d, generator=seeded(seed))
    return q, k, (q @ k.mT).softmax(-1)


def test_it_starts_as_the_identity_and_draws_what_is_beyond():
    maps = LearnedMaps(2, 5, 7, generator=seeded())
    for projection in (maps.query_projection, maps.key_projection):
        assert torch.equal(projection[:, :5], torch.eye(5).expand(2, 5, 5))
        assert torch.equal(projection[0], projection[1])
    q, k, _ = heads()
    narrow = LearnedMaps(2, 5, 3, signed_softmax_features, generator=seeded())
    made = [signed_softmax_features(each[..., :3]) for each in (q, k)]
    torch.testing.assert_close(narrow(q, k), kernel_weights(*made))


def test_the_loss_is_the_divergence_and_the_rows_entropy():
    weights, imitation = torch.randn(2, 3, 5, 7, dtype=torch.float64, generator=seeded()).softmax(
        -1
    )
    wanted = divergence(weights, imitation) + entropy(weights)
    torch.testing.assert_close(imitation_loss(weights, imitation), wanted)
    nothing = torch.zeros(1, 7, requires_grad=True)
    imitation_loss(torch.ones(1, 7) / 7, nothing).sum().backward()
    assert nothing.grad.isfinite().all()


def test_it_learns_and_each_head_as_if_alone():
    passages = [heads(13, seed=3), heads(11, seed=4)]
    maps = LearnedMaps(2, 5, 5, generator=seeded())
    seen = []
    losses = distil(maps, passages, n_steps=60, watch=seen.append)
    assert seen == [*range(1, 61)]
    floor = sum(entropy(weights).mean().item() for *_, weights in passages) / 2
    assert losses[-2:].mean() - floor < 0.6 * (losses[:2].mean() - floor)
    alone = LearnedMaps(1, 5, 5, generator=seeded())
    distil(alone, [tuple(t[1:] for t in each) for each in passages], n_steps=60)
    torch.testing.assert_close(alone.key_projection[0], maps.key_projection[1])


def test_the_loss_of_no_step_is_none():
    assert distil(LearnedMaps(2, 5, 5, generator=seeded()), [heads()], n_steps=0).shape == (0,)


def test_what_does_not_fit_is_named():
    maps = LearnedMaps(2, 5, 5, generator=seeded())
    q, k, _ = heads(n_heads=3)
    with pytest.raises(ValueError, match="queries must have 2 heads of width 5"):
        maps(q, k)
    with pytest.raises(ValueError, match="passages must hold at least one triple"):
        distil(maps, [])
    with pytest.raises(ValueError, match=r"passages\[0\] must hold 3 entries, got 2"):
        distil(maps, [(q, k)])


@pytest.mark.parametrize(("n_keys", "n_features"), [(7, 1), (13, 5), (12, 4), (5, 5), (3, 7)])
def test_blocks_reach_the_bound(n_keys, n_features):
    features = block_features(n_keys, n_features)
    weights = kernel_weights(features, features)
    assert float(weights.diagonal().mean()) == pytest.approx(partner_bound(n_keys, n_features))
    floor = divergence(torch.eye(n_keys, dtype=torch.float64), weights).mean()
    assert float(floor) >= divergence_floor(n_keys, n_features) - 1e-12


@pytest.mark.parametrize("seed", range(5))
def test_no_features_go_beyond_it_for_any_partners(seed):
    """However spiky: random exponentials, of queries and keys that differ, partners exchanged."""
    spiky = 6 * torch.randn(2, 17, 2, generator=seeded(seed), dtype=torch.float64)
    weights = kernel_weights(*(exponential_features(each) for each in spiky))
    partners = torch.randperm(17, generator=seeded(seed))
    assert float(weights[torch.arange(17), partners].mean()) <= partner_bound(17, 4) + 1e-12


def test_features_trained_for_nothing_else_come_near_the_bound_and_no_further():
    logs = torch.randn(2, 12, 4, generator=seeded(), dtype=torch.float64).requires_grad_()
    optimiser = torch.optim.Adam([logs], lr=0.1)
    for _ in range(300):
        own = kernel_weights(logs[0].exp(), logs[1].exp()).diagonal().mean()
        optimiser.zero_grad()
        (-own).backward()
        optimiser.step()
    assert 0.9 * partner_bound(12, 4) < own.item() <= partner_bound(12, 4)


def test_a_causal_mask_lifts_the_bound():
    """One feature whose keys grow: each is all that its own query has seen, nearly."""
    growing = (3.0 * torch.arange(13, dtype=torch.float64))[:, None].exp()
    seen = torch.ones(13, 13, dtype=torch.bool).tril()
    weights = kernel_weights(torch.ones_like(growing), growing, seen)
    assert float(weights.diagonal().mean()) > 0.95 > partner_bound(13, 1)
