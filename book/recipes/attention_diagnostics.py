import torch
from sklearn.datasets import load_digits

import attnkit
from attnkit import diagnostics

# Attention over real images: each of 297 digits looks at 1,500 others and reads their labels.
digits = load_digits()
images = torch.tensor(digits.data, dtype=torch.float32)
images = torch.nn.functional.normalize(images - images.mean(0), dim=-1)
labels = torch.nn.functional.one_hot(torch.tensor(digits.target), 10).float()
keys, queries = images[:1500], images[1500:]

found = {}
for alpha in (1.0, 1.5, 2.0):
    weights = attnkit.entmax(8 * queries @ keys.mT, alpha)  # (query, key)
    right = (weights @ labels[:1500]).argmax(-1) == labels[1500:].argmax(-1)
    found[alpha] = {
        "entropy (nats)": diagnostics.entropy(weights),
        "share of the most even row": diagnostics.normalised_entropy(weights),
        "effective keys": diagnostics.effective_number(weights),
        "keys with any weight": diagnostics.support_size(weights),
        "right answers": right.float(),
    }
    print(f"alpha = {alpha}")
    for name, values in found[alpha].items():
        print(f"    {name}: {values.mean().item():.3g}")

assert (found[1.0]["keys with any weight"] == 1500).all()
for name in ("entropy (nats)", "effective keys", "keys with any weight"):
    assert found[2.0][name].mean() < found[1.5][name].mean() < found[1.0][name].mean()
assert found[1.5]["right answers"].mean() > 0.9
