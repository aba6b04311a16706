"""What is claimed of the delta rule in chunks."""

import torch

from attnkit.claims import claim
from attnkit.memory.delta import delta_rule
from attnkit.memory.shared.fast_scan import ChunkScan
from attnkit.memory.shared.unit_vectors import seeded, unit_vectors


@claim("chunks-change-nothing", source="Yang et al. 2024; derived here", computes=ChunkScan)
def chunks_change_nothing() -> dict[str, float]:
    """Largest difference of the delta rule in chunks of 1 and of 32, in float64, rate 1.9."""
    keys, values = (unit_vectors(200, 16, generator=seeded(s)) for s in range(2))
    rate = torch.full((200,), 1.9, dtype=torch.float64)
    outputs = [delta_rule(keys, keys, values, rate, chunk_size=c)[0] for c in (1, 32)]
    return {"largest difference": (outputs[0] - outputs[1]).abs().max().item()}
