import functools

import torch

from attnkit.densities import RadialBasis, RidgeValueFunction
from attnkit.densities.kernel.kernels import gaussian
from attnkit.densities.layers import ContinuousAttention, KernelScore

# 200 curves, each seen at 25 to 40 moments of its own, padded and masked.
chance = torch.Generator().manual_seed(0)
phases = torch.rand(200, 1, generator=chance)


def curve(times):
    return torch.sin(2 * torch.pi * (times + phases)) + torch.cos(6 * torch.pi * times * phases)


times = torch.rand(200, 40, generator=chance)
seen = torch.arange(40) < torch.randint(25, 41, (200, 1), generator=chance)
samples = curve(times) + 0.05 * torch.randn(200, 40, generator=chance)
wanted = (curve(torch.tensor([0.2])) + curve(torch.tensor([0.7]))) / 2  # unknown to the layer

# Each series becomes a function of time; one density, learned, says which times to read.
values = RidgeValueFunction(RadialBasis.on_grid(12, (0.1,)), ridge=0.01)
values.fit(times, samples[..., None], seen)
kernel = functools.partial(gaussian, width=0.06)
attend = ContinuousAttention(KernelScore(torch.linspace(0, 1, 16), kernel, alpha=2.0))
coefficients = torch.zeros(1, 16, requires_grad=True)  # (head, center): even attention
optimiser = torch.optim.Adam([coefficients], lr=0.2)
errors = []
for _ in range(200):
    read = attend(coefficients.expand(200, 1, 16), values).context[:, 0]
    loss = (read - wanted).square().mean()
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    errors.append(loss.item())

density = attend.measure(coefficients.detach())
places = density.points[density.masses[0] > 0]
print(f"squared error: {errors[0]:.3f} at first, {errors[-1]:.4f} at last")
print(f"times with any attention: {len(places)} of {len(density.points)} nodes")
near = (density.points[:, None] - torch.tensor([0.2, 0.7])).abs().amin(-1) < 0.1
print(f"attention within 0.1 of the two times that count: {density.masses[0, near].sum():.2f}")
assert errors[-1] < errors[0] / 10
assert density.masses[0, near].sum() > 0.8
assert len(places) < len(density.points)
