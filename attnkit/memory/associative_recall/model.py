"""The model: an embedding, what two neighbouring tokens say, one memory, and a choice of value."""

import torch
from torch import Tensor, nn

from attnkit.cards.tokens import tensors_of
from attnkit.memory.associative_recall.mixers import Mixer

__all__ = ["RecallModel"]

FIRST = {"log_decay": 3.0, "momentum": -2.0, "forgetting": -3.0}
"""What gates start with before the logistic function: little decay, momentum and forgetting."""


class RecallModel(nn.Module):
    """Predict from each token, by one memory of all before it, a value.

    Queries, keys, values and gates are linear in a token's embedding and its predecessor's, a
    convolution of length two; the memory's read is brought to length one. Nothing else mixes
    tokens.
    """

    def __init__(self, mixer: Mixer, vocabulary: int, d_model: int, d_value: int):
        super().__init__()
        self.mixer, gates = mixer, mixer.gates
        self.embedding = nn.Embedding(vocabulary, d_model)
        sizes = (mixer.d_key, mixer.d_key, d_value, max(len(gates), 1))
        self.projections = nn.ModuleList(nn.Linear(2 * d_model, size) for size in sizes)
        self.features = mixer.make_features(mixer.d_key)
        self.choice = nn.Linear(d_value, vocabulary // 2)

    @torch.no_grad()
    def begin(self, generator: torch.Generator) -> None:
        """Draw every matrix anew, so that a model depends on no other source of chance."""
        for matrix in (each.weight for each in (*self.projections, self.choice)):
            matrix.normal_(std=matrix.shape[-1] ** -0.5, generator=generator)
        self.embedding.weight.normal_(generator=generator)
        for bias in (each.bias for each in (*self.projections, self.choice)):
            bias.zero_()
        for place, name in enumerate(self.mixer.gates):
            self.projections[-1].bias[place] = FIRST.get(name, 0.0)

    def forward(self, tokens: Tensor) -> tuple[Tensor, int]:
        """Scores of values (sequence, time, value), and the numbers kept for each sequence."""
        here = self.embedding(tokens)
        before = torch.cat([torch.zeros_like(here[:, :1]), here[:, :-1]], 1)
        both = torch.cat([here, before], -1)
        queries, keys, values, chances = (each(both) for each in self.projections)
        if self.mixer.unit:
            queries, keys = (nn.functional.normalize(t, dim=-1) for t in (queries, keys))
        queries, keys = self.features(queries), self.features(keys)
        read, state = self.mixer(queries, keys, values, chances.sigmoid())
        kept = sum(tensor[0].numel() for tensor in tensors_of(state))
        length = read.square().mean(-1, keepdim=True).add(1e-6).sqrt()
        return self.choice(read / length), kept
