"""The same memories without training: random codes stored, and asked for one by one."""

import torch
from torch import Tensor

from attnkit.cards.tokens import tensors_of
from attnkit.memory.associative_recall.mixers import Mixer
from attnkit.memory.shared.unit_vectors import unit_vectors

__all__ = ["codes_recalled"]

D_VALUE, N_LISTS = 32, 16


@torch.no_grad()
def codes_recalled(mixer: Mixer, n_pairs: int, generator: torch.Generator) -> tuple[float, int]:
    """Share of pairs whose value is nearest to what is read at their key, and the numbers kept.

    Keys are normal, or of length one where weights have no sum of one; values have length one. Each
    key is asked for after the last pair. Gates are the same at every pair: rate and momentum sum to
    a complete correction, and decay leaves 1/e of the first pair.
    """
    keys = torch.randn(N_LISTS, n_pairs, mixer.d_key, generator=generator)
    keys = torch.nn.functional.normalize(keys, dim=-1) if mixer.unit else keys
    keys = mixer.make_features(mixer.d_key)(keys)
    values = unit_vectors(N_LISTS, n_pairs, D_VALUE, generator=generator).float()
    asked = keys[:, :, None].expand(-1, -1, n_pairs, -1)
    stored = [t[:, None].expand(-1, n_pairs, -1, -1) for t in (keys, values)]
    read, state = mixer(asked, *stored, _chances(mixer, n_pairs).expand(*asked.shape[:-1], -1))
    nearest = (read[..., -1, :] @ values.mT).argmax(-1)
    kept = sum(tensor[0, 0].numel() for tensor in tensors_of(state))
    return (nearest == torch.arange(n_pairs)).double().mean().item(), kept


def _chances(mixer: Mixer, n_pairs: int) -> Tensor:
    """Where between its ends each gate stands: (gate,)."""
    rate = 0.5 if "momentum" in mixer.gates else 1.0
    stand = {"rate": rate, "momentum": 0.5, "forgetting": 0.0, "log_decay": 1 - 1 / n_pairs}
    return torch.tensor([stand.get(name, 0.5) for name in mixer.gates])
