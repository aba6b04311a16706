"""Handwritten digits as sixteen patches of four pixels, and a classifier that is trained on them.

The 1,797 eight-by-eight digits come with scikit-learn (UCI, Alpaydin and Kaynak 1998).
"""

from collections.abc import Callable
from functools import cache

import torch
from torch import Tensor, nn

from attnkit.experiments import global_seed

__all__ = ["N_PATCHES", "Classifier", "digit_patches", "measured", "trained"]

N_PATCHES, N_PIXELS, N_TRAIN = 16, 4, 1437


@cache
def digit_patches() -> tuple[Tensor, Tensor]:
    """Patches (digit, patch, pixel) between 0 and 1 and labels (digit,), in a fixed order."""
    try:
        from sklearn.datasets import load_digits
    except ImportError as error:
        raise ImportError("the digits come with scikit-learn: pip install attnkit[data]") from error
    found = load_digits()
    order = torch.randperm(len(found.data), generator=torch.Generator().manual_seed(0))
    pictures = torch.from_numpy(found.data).float()[order] / 16
    rows = pictures.unflatten(-1, (4, 2, 4, 2)).transpose(-3, -2)
    return rows.flatten(-2).flatten(-3, -2), torch.from_numpy(found.target)[order]


class Block(nn.Module):
    """Attention on normalised states, and then layers of each token alone, if there are any."""

    def __init__(self, attend: nn.Module | None, width: int, *, mlp: bool, residual: bool):
        super().__init__()
        self.attend, self.residual = attend, residual
        self.norm = nn.LayerNorm(width) if attend else None
        wide = (nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))
        self.mlp = nn.Sequential(nn.LayerNorm(width), *wide) if mlp else None

    def forward(self, x: Tensor) -> Tensor:
        if self.attend is not None:
            read = self.attend(self.norm(x))
            x = x + read if self.residual else read
        return x if self.mlp is None else x + self.mlp(x)


class Classifier(nn.Module):
    """Patches (digit, patch, pixel) to scores of ten digits, by the mean over patches."""

    def __init__(
        self,
        make_attention: Callable[[], nn.Module | None],
        *,
        mlp: bool,
        residual: bool = True,
        width: int = 16,
        depth: int = 2,
    ):
        super().__init__()
        self.enter = nn.Linear(N_PIXELS, width)
        self.places = nn.Parameter(0.1 * torch.randn(N_PATCHES, width))
        settings = {"mlp": mlp, "residual": residual}
        blocks = (Block(make_attention(), width, **settings) for _ in range(depth))
        self.blocks = nn.Sequential(*blocks)
        self.norm, self.leave = nn.LayerNorm(width), nn.Linear(width, 10)

    def forward(self, patches: Tensor) -> Tensor:
        x = self.blocks(self.enter(patches) + self.places)
        return self.leave(self.norm(x).mean(-2))


def trained(make: Callable[[], Classifier], *, epochs: int, seed: int) -> Classifier:
    """A classifier after so many passes over 1,437 digits."""
    with global_seed(seed):
        model = make()
    patches, labels = (each[:N_TRAIN] for each in digit_patches())
    generator = torch.Generator().manual_seed(seed)
    steps = epochs * (N_TRAIN // 64)
    optimiser = torch.optim.Adam(model.parameters(), lr=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 0.01, total_steps=steps)
    for _ in range(steps):
        chosen = torch.randint(N_TRAIN, (64,), generator=generator)
        loss = nn.functional.cross_entropy(model(patches[chosen]), labels[chosen])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    return model


@torch.no_grad()
def measured(model: Classifier) -> dict[str, float]:
    """Cross-entropy and share right of 360 digits that were not trained on, and numbers learned."""
    patches, labels = (each[N_TRAIN:] for each in digit_patches())
    scores = model(patches)
    return {
        "loss": round(nn.functional.cross_entropy(scores, labels).item(), 5),
        "accuracy": round((scores.argmax(-1) == labels).double().mean().item(), 5),
        "parameters": sum(each.numel() for each in model.parameters()),
    }
