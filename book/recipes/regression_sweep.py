import torch

from attnkit.icl import (
    Circuits,
    DebiasedGradientDescent,
    RegressionTask,
    excess_risk,
    sample_prompts,
)

device = "cuda" if torch.cuda.is_available() else "cpu"
chance = torch.Generator(device).manual_seed(0)
task = RegressionTask(d=5, n_examples=40, noise_variance=0.1)
prompts = sample_prompts(task, 20_000, generator=chance, dtype=torch.float64)

# Forty layers of two heads at once: the leading axis of a circuit is the sweep.
rate = 0.88
scales = torch.logspace(-2, 0, 40, dtype=torch.float64, device=device)
signs = torch.tensor([1.0, -1.0], dtype=torch.float64, device=device)
matched = signs * scales[:, None]  # (sweep, head)
key_query = torch.zeros(40, 2, 6, 5, dtype=torch.float64, device=device)
key_query[..., :5, :] = matched[..., None, None] * torch.eye(5, device=device)
output_value = torch.zeros(40, 2, 1, 6, dtype=torch.float64, device=device)
output_value[..., 0, 5] = rate / (2 * matched)

step = DebiasedGradientDescent(rate)
excess, spread = excess_risk(Circuits(key_query, output_value), step, prompts)
for scale, mean, error in list(zip(scales, excess, spread, strict=True))[::6]:
    print(f"scale {scale:.3f}: risk above one gradient step {mean:+.5f} ± {error:.5f}")
assert excess[0].abs() < 1e-3  # small scales: the heads are one step of gradient descent
assert excess[-1] > 10 * spread[-1]  # large scales: softmax is no longer linear in the scores
