"""How much of a trained encoder's rows can one query for all tokens stand for?"""

import torch
from torch import Tensor

from attnkit.experiments import Experiment
from attnkit.linear_time.shared.rows import divergence
from attnkit.trained import capture
from attnkit.trained.experiments.common import SOURCE, every_passage, passage, real, rounded

__all__ = ["REAL_QUERIES", "best_query", "information"]


def information(weights: Tensor) -> Tensor:
    """Mutual information of query and key in nats, (head,), of rows (head, query, key).

    It is the mean KL of the rows from their mean, and no row that is one and the same for all
    queries is nearer to them.
    """
    mean = weights.mean(-2, keepdim=True).expand_as(weights)
    return divergence(weights, mean).mean(-1)


def best_query(keys: Tensor, mean: Tensor, *, steps: int = 300) -> Tensor:
    """The query (head, key) whose softmax row is nearest to the mean rows (head, key).

    The cross-entropy is convex in the query; L-BFGS finds its minimum for all heads at once.
    """
    scale = keys.shape[-1] ** -0.5
    query = torch.zeros(len(keys), keys.shape[-1], dtype=keys.dtype, requires_grad=True)
    optimiser = torch.optim.LBFGS(
        [query], max_iter=steps, history_size=30, line_search_fn="strong_wolfe"
    )

    def loss() -> Tensor:
        optimiser.zero_grad()
        logarithm = (keys @ query[..., None] * scale)[..., 0].log_softmax(-1)
        total = -(mean * logarithm).sum()
        total.backward()
        return total

    optimiser.step(loss)
    return query.detach()


def run(case: dict, *, seed: int, device: str) -> dict:
    """KL of each head's rows from even ones, from one query's rows, and the least there can be."""
    read = capture(real().model, passage(case))
    queries, keys, weights = (
        t.double().flatten(0, 1) for t in (read.queries, read.keys, read.weights)
    )
    candidates = {
        "even": torch.zeros_like(queries[:, 0]),
        "mean query": queries.mean(-2),
        "best query": best_query(keys, weights.mean(-2)),
    }
    scale = keys.shape[-1] ** -0.5
    found = {}
    for name, query in candidates.items():
        row = (keys @ query[..., None] * scale).mT.softmax(-1)
        found[name] = divergence(weights, row.expand_as(weights)).mean(-1)
    found["information"] = information(weights)
    return {name: rounded(table) for name, table in found.items()}


REAL_QUERIES = Experiment(
    name="linear-time-aaren-real",
    title="One query for all tokens in place of each head's own, in a trained encoder",
    source=SOURCE,
    cases=every_passage(),
    seeds={"quick": 1, "full": 1},
    run=run,
)
