"""How much of its weight each head of a trained encoder gives to the first token."""

from attnkit import diagnostics
from attnkit.experiments import Experiment
from attnkit.trained import capture, encoder, passages

__all__ = ["SINKS_ENCODER"]

QUICK, FULL = 3, 30


def run(case: dict, *, seed: int, device: str) -> dict:
    """Each passage's length; each head's share of its first token, and its rows' mean logit."""
    reader = encoder()
    lengths, shares, logits = [], [], []
    for text in passages()[: case["n_passages"]]:
        seen = capture(reader.model, reader.tokens(text))
        first = diagnostics.sink_share(seen.weights)[..., 0].flatten()
        lengths.append(seen.weights.shape[-1])
        shares.append([round(share, 5) for share in first.tolist()])
        rows = seen.scores[..., 0] - seen.scores[..., 1:].logsumexp(-1)
        logits.append([round(logit, 4) for logit in rows.mean(-1).flatten().tolist()])
    return {"n_tokens": lengths, "first": shares, "logit": logits}


SINKS_ENCODER = Experiment(
    name="normalisation-sinks-encoder",
    title="What the first token takes in 72 heads of one six-layer encoder",
    source="Gu et al. 2024, arXiv:2410.10781; the encoder and the passages are ours to choose",
    cases={"quick": [{"n_passages": QUICK}], "full": [{"n_passages": FULL}]},
    seeds={"quick": 1, "full": 1},
    run=run,
)
