import torch
from torch import nn

import attnkit


class EntmaxSelfAttention(nn.Module):
    """Self-attention as in `nn.MultiheadAttention`, with an alpha that each head learns."""

    def __init__(self, embed_dim, num_heads):
        super().__init__()
        self.num_heads = num_heads
        self.in_proj = nn.Linear(embed_dim, 3 * embed_dim)
        self.out_proj = nn.Linear(embed_dim, embed_dim)
        self.shape = nn.Parameter(torch.zeros(num_heads, 1, 1))

    @property
    def alpha(self):
        return 1 + self.shape.sigmoid()  # from softmax (1) to sparsemax (2)

    def forward(self, tokens, mask=None):
        parts = self.in_proj(tokens).unflatten(-1, (3, self.num_heads, -1))
        queries, keys, values = parts.permute(2, 0, 3, 1, 4)  # each (batch, head, time, feature)
        read = attnkit.attention(queries, keys, values, alpha=self.alpha, mask=mask)
        return self.out_proj(read.transpose(1, 2).flatten(2))


chance = torch.Generator().manual_seed(0)
tokens = torch.randn(2, 7, 12, generator=chance)
heads = EntmaxSelfAttention(embed_dim=12, num_heads=3)

# Each head's alpha is trained with the other weights.
causal = torch.ones(7, 7, dtype=torch.bool).tril()
heads(tokens, mask=causal).square().mean().backward()
print("slope of the loss in each alpha:", heads.shape.grad.flatten().tolist())
assert (heads.shape.grad != 0).all()

# At alpha = 1 the layer is PyTorch's own, with the same weights.
peer = nn.MultiheadAttention(12, 3, batch_first=True)
peer.in_proj_weight.data, peer.in_proj_bias.data = (
    heads.in_proj.weight.data,
    heads.in_proj.bias.data,
)
peer.out_proj.load_state_dict(heads.out_proj.state_dict())
heads.shape.data.fill_(-40)  # alpha = 1 to the last digit
ours, theirs = heads(tokens), peer(tokens, tokens, tokens)[0]
print("largest difference from nn.MultiheadAttention:", (ours - theirs).abs().max().item())
assert torch.allclose(ours, theirs, atol=1e-6)
