"""One trained encoder reads a passage's end after its beginning was encoded in pieces, apart."""

import torch
from torch import Tensor, nn

from attnkit.diagnostics import entropy
from attnkit.experiments import Experiment
from attnkit.trained import capture, heads, passages
from attnkit.trained.experiments.common import SOURCE, embedding, passage, real, rounded

__all__ = ["JOINED", "read_after"]

QUERY = 24
PIECES = (1, 2, 4, 8, 16)
SINK_SHARE = 0.3


def encoded(
    model: nn.Module, context: Tensor, n_pieces: int, shared: bool
) -> tuple[Tensor, Tensor]:
    """Hidden states (layer, key, width) of pieces encoded apart, and which keys are [CLS].

    Each piece begins with the first token of the context, at position 0; if it is shared, that of
    the first piece alone is kept.
    """
    first, rest = context[:1], context[1:]
    hidden, is_first = [], []
    for place, piece in enumerate(torch.tensor_split(rest, n_pieces)):
        states = capture(model, torch.cat([first, piece])).hidden[:-1]
        skip = 1 if shared and place else 0
        hidden.append(states[:, skip:])
        is_first += [True] * (1 - skip) + [False] * len(piece)
    return torch.cat(hidden, 1), torch.tensor(is_first)


def read_after(
    model: nn.Module, query: Tensor, hidden: Tensor, start: int
) -> tuple[Tensor, Tensor]:
    """Weights (layer, head, query, key) and states (token, width) of a query that sees all pieces.

    Its positions begin at `start`; its own keys stand behind those of the pieces.
    """
    n_heads = model.config.num_attention_heads
    places = torch.arange(start, start + len(query))
    states, seen = model.embeddings(query[None], position_ids=places[None])[0], []
    for layer, before in zip(model.encoder.layer, hidden, strict=True):
        own, everything = layer.attention.self, torch.cat([before, states])
        queries, keys, values = (
            part(x).unflatten(-1, (n_heads, -1)).transpose(0, 1)
            for part, x in ((own.query, states), (own.key, everything), (own.value, everything))
        )
        weights = (queries @ keys.mT / queries.shape[-1] ** 0.5).softmax(-1)
        context = (weights @ values).transpose(0, 1).flatten(1)
        states = layer.attention.output(context, states)
        states = layer.output(layer.intermediate(states), states)
        seen.append(weights)
    return torch.stack(seen), states


def run(case: dict, *, seed: int, device: str) -> dict:
    """Entropy, mass of [CLS] and likeness to one piece, for each number of pieces."""
    model, tokens = real().model, passage(case)
    context, query = tokens[:-QUERY], tokens[-QUERY:]
    sink_heads = torch.from_numpy(heads()["first_share"] > SINK_SHARE)
    found: dict = {"n": len(tokens)}
    with torch.no_grad():
        whole = embedding(capture(model, tokens).hidden[:, -QUERY:])
        for name in ("own", "shared"):
            rows = []
            for n_pieces in PIECES:
                hidden, is_first = encoded(model, context, n_pieces, name == "shared")
                longest = 1 + -(-(len(context) - 1) // n_pieces)
                weights, states = read_after(model, query, hidden, longest)
                height = entropy(weights).mean(-1).flatten()
                mass = weights[..., : len(is_first)][..., is_first].sum(-1).mean(-1).flatten()
                like = embedding(states[None]) @ whole
                rows.append([height.mean(), height[sink_heads].mean(), mass.mean(), like])
            for measure, row in zip(
                ("entropy", "sink_entropy", "mass", "like"), zip(*rows, strict=True), strict=True
            ):
                found[f"{name}_{measure}"] = rounded(torch.stack(row))
    return found


def _cases(limit: int | None) -> list[dict]:
    """Passages of at least five hundred letters, so that each piece keeps a few words."""
    long = [place for place, text in enumerate(passages()) if len(text) > 500]
    return [{"passage": place} for place in long[:limit]]


JOINED = Experiment(
    name="concentration-parallel-encoder",
    title="Entropy of a query that one trained encoder reads after pieces encoded apart",
    source=SOURCE,
    cases={"quick": _cases(1), "full": _cases(None)},
    seeds={"quick": 1, "full": 1},
    run=run,
)
