"""Lists, numpy arrays and pandas tables, made into what the library takes."""

import numpy as np
import torch

import attnkit

scores = torch.as_tensor([[2.0, 1.4, 0.0], [0.1, 0.2, 0.3]])
samples = torch.as_tensor(np.arange(6).reshape(3, 2), dtype=torch.float32)
# torch.tensor(frame[["x", "y"]].to_numpy()) for two columns of a pandas table

context = attnkit.entmax(scores, alpha=2.0) @ samples
assert torch.allclose(context[0], 0.8 * samples[0] + 0.2 * samples[1])  # two keys have a weight

# What is missing is a NaN in most tables. A mask leaves it out; a zero would be a measurement.
series = np.array([0.3, np.nan, 0.5, 0.4])
present = torch.as_tensor(~np.isnan(series))
values = torch.as_tensor(np.nan_to_num(series))
weights = attnkit.entmax(torch.zeros(4, dtype=torch.float64), alpha=1.0, mask=present)
assert torch.isclose(weights @ values, torch.tensor(0.4, dtype=torch.float64))
print("context of two rows", context.tolist(), "mean of what is there", float(weights @ values))
