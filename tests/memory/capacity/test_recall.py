"""Recall: what the named memories give back, at the edges too."""

import pytest
import torch
import torch.nn.functional as F

from attnkit.memory import traps
from attnkit.memory.capacity import recall


def lists(n_pairs=5, d_key=7, d_value=3):
    """Orthonormal keys and normal values of two lists."""
    generator = torch.Generator().manual_seed(0)
    keys = torch.randn(2, d_key, d_key, generator=generator, dtype=torch.float64)
    values = torch.randn(2, n_pairs, d_value, generator=generator, dtype=torch.float64)
    return torch.linalg.qr(keys)[0][:, :n_pairs], values


@pytest.mark.parametrize("name", ["hebb", "delta", "replayed"])
def test_orthonormal_keys_are_recalled_exactly(name):
    keys, values = lists()
    torch.testing.assert_close(recall.MEMORIES[name].recall(keys, keys, values), values)


def test_a_key_of_any_length_is_corrected_completely_and_one_of_zeros_writes_nothing():
    keys, values = lists()
    scales = torch.tensor([0.1, 3.0, 1.0, 0.0, 7.0], dtype=torch.float64)
    keys = keys * scales[:, None]
    reads = recall.MEMORIES["delta"].recall(keys, keys, values)
    torch.testing.assert_close(reads, values * (scales > 0)[:, None])
    moving = recall.MEMORIES["momentum"].recall(keys, keys, values)
    assert moving.isfinite().all()


def test_softmax_recall_is_attention():
    keys, values = lists()
    wanted = F.scaled_dot_product_attention(keys, keys, values)
    torch.testing.assert_close(recall.softmax_memory(keys, keys, values), wanted)


def test_accuracy_counts_the_nearest():
    _, values = lists()
    assert recall.item_accuracy(values @ values.mT @ values, values) > 0.5
    swapped = F.normalize(values, dim=-1)[:, [1, 0, 2, 3, 4]]
    assert recall.item_accuracy(swapped, F.normalize(values, dim=-1)) == 0.6
    with pytest.raises(ValueError, match="reads must hold at least one pair"):
        recall.item_accuracy(values[:0], values[:0])


def test_reads_that_overflow_say_so():
    huge = torch.full((1, 3, 2), 1e30)
    for memory in (recall.softmax_memory, recall.hebbian_memory(lambda x: x)):
        with pytest.raises(ValueError, match=r"overflows torch\.float32"):
            memory(huge, huge, huge)
    with pytest.raises(ValueError, match=r"their product overflows.*reads reach 1e"):
        recall.item_accuracy(huge, huge)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: traps.doubled_series(0.5, size=33), "size must be a power of two, got 33"),
        (lambda: traps.decay_carried_twice(0.5, size=33), "size must be a power of two, got 33"),
        (lambda: traps.quotient_of_resets(8, size=8), "position must be below 8, got 8"),
        (lambda: traps.block_shifted_attention(21, bucket=7), "position must be below 21, got 21"),
        (lambda: traps.forgotten_normaliser(17, n_tokens=17), "split must be below 17, got 17"),
        (lambda: traps.entry_errors(0), r"chunk_size must be in \[1, 65536\], got 0"),
    ],
)
def test_a_trap_refuses_a_severity_it_does_not_have(call, words):
    with pytest.raises(ValueError, match=words):
        call()
