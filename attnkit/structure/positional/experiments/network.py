"""Small networks on lists that differ in one thing: whether queries and keys see the content."""

import torch
from torch import Tensor, nn

__all__ = ["ListNetwork"]


class Layer(nn.Module):
    """Two layers of ReLU on each token and on what its heads read; no residual sum."""

    def __init__(self, n_places: int, width: int, n_heads: int, *, content: bool, bias: bool):
        super().__init__()
        self.content, self.n_heads = content, n_heads
        seen = n_places + content * width
        self.queries, self.keys = (nn.Linear(seen, n_heads * n_places, bias=False) for _ in "qk")
        self.values = nn.Linear(width, width, bias=False)
        self.mlp = nn.Sequential(
            nn.Linear(2 * width, width, bias=bias),
            nn.ReLU(),
            nn.Linear(width, width, bias=bias),
            nn.ReLU(),
        )

    def weights(self, x: Tensor) -> Tensor:
        """(batch, head, query, key), of one row of batch where content is not seen."""
        places = torch.eye(x.shape[1], dtype=x.dtype)
        seen = torch.cat([places.expand(len(x), -1, -1), x], -1) if self.content else places[None]
        queries, keys = (
            each(seen).unflatten(-1, (self.n_heads, -1)).transpose(1, 2)
            for each in (self.queries, self.keys)
        )
        return (queries @ keys.mT / queries.shape[-1] ** 0.5).softmax(-1)

    def forward(self, x: Tensor) -> Tensor:
        values = self.values(x).unflatten(-1, (self.n_heads, -1)).transpose(1, 2)
        read = (self.weights(x) @ values).transpose(1, 2).flatten(-2)
        return self.mlp(torch.cat([x, read], -1))


class ListNetwork(nn.Module):
    """Numbers (batch, place) to numbers, behind one empty place that is read and not answered."""

    def __init__(self, n: int, depth: int, *, content: bool, bias: bool, width: int = 32):
        super().__init__()
        self.enter = nn.Linear(1, width, bias=bias)
        settings = {"content": content, "bias": bias}
        self.layers = nn.ModuleList(Layer(n + 1, width, 2, **settings) for _ in range(depth))
        self.leave = nn.Linear(width, 1, bias=bias)

    def enter_all(self, numbers: Tensor) -> Tensor:
        """States (batch, place, width) of the numbers behind a zero."""
        return self.enter(nn.functional.pad(numbers, (1, 0))[..., None])

    def forward(self, numbers: Tensor) -> Tensor:
        x = self.enter_all(numbers)
        for layer in self.layers:
            x = layer(x)
        return self.leave(x)[:, 1:, 0]
