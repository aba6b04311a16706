import torch
from torch.distributions import Categorical, MixtureSameFamily

from attnkit.densities import BetaGaussian

places = torch.tensor([[-2.0, 0.0], [2.0, 0.0], [2.0, 3.0]])
shares = torch.tensor([0.5, 0.3, 0.2])


def mixture(alpha):
    parts = BetaGaussian(places, 0.25 * torch.eye(2).expand(3, 2, 2), alpha)
    return MixtureSameFamily(Categorical(shares), parts)


# Any torch distribution's methods work; between the parts the density is zero, not small.
middle = torch.zeros(2)
for alpha in (1.0, 1.5, 2.0):
    print(f"alpha = {alpha}: log-density half way", mixture(alpha).log_prob(middle).item())
assert mixture(1.0).log_prob(middle).isfinite()
assert mixture(1.5).log_prob(middle) == -torch.inf

# Its mass is one, and its mean the mean of the places.
axis = torch.linspace(-6, 6, 601)
grid = torch.cartesian_prod(axis, axis)
masses = mixture(1.5).log_prob(grid).exp() * (axis[1] - axis[0]) ** 2
print("mass:", masses.sum().item(), "mean:", (masses @ grid).tolist())
assert abs(masses.sum() - 1) < 1e-3
assert torch.allclose(masses @ grid, shares @ places, atol=1e-3)
assert torch.allclose(mixture(1.5).mean, shares @ places)
