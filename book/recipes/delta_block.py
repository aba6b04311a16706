import torch
from torch import nn
from torch.nn import functional as F

from attnkit.memory import delta_rule


class DeltaBlock(nn.Module):
    """A block of a language model that keeps a delta-rule memory in place of attention."""

    def __init__(self, width, num_heads):
        super().__init__()
        self.num_heads = num_heads
        self.norm, self.mlp_norm = nn.LayerNorm(width), nn.LayerNorm(width)
        self.project = nn.Linear(width, 2 * width, bias=False)  # one map for queries and keys
        self.rate, self.out = nn.Linear(width, num_heads), nn.Linear(width, width)
        self.mlp = nn.Sequential(
            nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, width)
        )

    def forward(self, tokens, memory=None):
        """Return (batch, time, width) and what the next call needs to go on from here."""
        state, last = (None, None) if memory is None else memory
        heard = self.norm(tokens)
        probes, values = self.project(heard).unflatten(-1, (2, self.num_heads, -1)).unbind(2)
        probes = F.normalize(probes, dim=-1)
        last = torch.zeros_like(probes[:, :1]) if last is None else last
        keys = torch.cat([last, probes[:, :-1]], 1)  # a token is stored under the one before it
        by_head = [each.transpose(1, 2) for each in (probes, keys, values)]
        rate = self.rate(heard).sigmoid().transpose(1, 2)
        read, state = delta_rule(*by_head, rate, initial_state=state)
        tokens = tokens + self.out(read.transpose(1, 2).flatten(2))
        return tokens + self.mlp(self.mlp_norm(tokens)), (state, probes[:, -1:])


def songs(count, chance, letters=8, pairs=5):
    """Pairs of a name (0-7) and a note (8-15); at the end a name returns, and its note is asked."""
    names = torch.rand(count, letters, generator=chance).argsort(-1)[:, :pairs]
    notes = letters + torch.randint(letters, (count, pairs), generator=chance)
    asked = torch.randint(pairs, (count, 1), generator=chance)
    told = torch.stack([names, notes], -1).flatten(1)
    return torch.cat([told, names.gather(1, asked)], 1), notes.gather(1, asked)[:, 0]


torch.manual_seed(0)
chance = torch.Generator().manual_seed(0)
embed, block, read_out = nn.Embedding(16, 32), DeltaBlock(32, num_heads=2), nn.Linear(32, 16)
parts = nn.ModuleList([embed, block, read_out])
optimiser = torch.optim.Adam(parts.parameters(), lr=5e-3)
for _ in range(300):
    words, notes = songs(64, chance)
    loss = F.cross_entropy(read_out(block(embed(words))[0][:, -1]), notes)
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()

words, notes = songs(512, chance)
with torch.no_grad():
    whole, _ = block(embed(words))
    right = (read_out(whole[:, -1]).argmax(-1) == notes).float().mean().item()
    # Word by word: the memory is all that has to be kept, however long the text.
    memory, spoken = None, []
    for word in embed(words).split(1, dim=1):
        answer, memory = block(word, memory)
        spoken.append(answer)
print(f"recalled: {right:.3f}; largest difference word by word:", end=" ")
print((torch.cat(spoken, 1) - whole).abs().max().item())
assert right > 0.9
assert torch.allclose(torch.cat(spoken, 1), whole, atol=1e-4)
