"""What is read of a row, from what was read of its shards."""

import torch

from attnkit.coursework import Task, compare, law
from attnkit.linear_time.aaren.shards import shard_read, shard_state

__all__ = ["READS_OF_SHARDS"]


def _told(scores, values, cuts):
    """Reads (shard, value), largest scores and sums of exponentials (shard,) of a cut row."""
    states = [
        shard_state(s, v)
        for s, v in zip(scores.tensor_split(cuts), values.tensor_split(cuts), strict=True)
    ]
    reads = torch.stack([shard_read(each) for each in states])
    return reads, torch.stack([s[0] for s in states]), torch.stack([s[1] for s in states])


def _cases(generator, variant):
    for n, cuts in ((2, [1]), (9, [2, 3]), (variant["n_keys"], [5, 6, 15])):
        scores = 3 * torch.randn(n, generator=generator, dtype=torch.float64)
        yield {
            "scores": scores,
            "values": torch.randn(n, 3, generator=generator, dtype=torch.float64),
            "cuts": cuts,
        }


@law("one shard", "Of a single shard it is what the shard read.", cases=_cases)
def _one(answer, *, scores, values, cuts):
    told = _told(scores, values, [])
    return compare.against(answer(*told), told[0][0], what="the read")


@law("equal scores", "Under equal scores it is the mean of all values.", cases=_cases)
def _equal(answer, *, scores, values, cuts):
    told = _told(torch.zeros_like(scores), values, cuts)
    return compare.against(answer(*told), values.mean(0), what="the read")


@law("a thousand more", "A thousand added to every score changes nothing.", cases=_cases)
def _moved(answer, *, scores, values, cuts):
    read = answer(*_told(scores, values, cuts))
    again = answer(*_told(scores + 1000, values, cuts))
    return compare.against(again, read, what="the read")


@law("the whole row", "It is what softmax attention reads of the whole row.", cases=_cases)
def _whole(answer, *, scores, values, cuts):
    wanted = scores.softmax(0) @ values
    return compare.against(answer(*_told(scores, values, cuts)), wanted, what="the read")


READS_OF_SHARDS = Task(
    name="reads-of-shards",
    title="Four machines, one row",
    kind="implement",
    difficulty=2,
    minutes=20,
    statement=r"""
A row of {n_keys} keys lies on several machines. Each sends what *it* read by softmax of its own
keys, its largest score, and its sum of exponentials relative to that score. Write
`read_of_all(reads, largest, weights)`, (shard, value), (shard,) and (shard,), to one (value,): what
softmax attention reads of the whole row. Do it without anything of attnkit. Why is the mean of the
reads wrong even where all shards have as many keys?
""",
    hints=(
        "A shard's read is a quotient. Which number that it sends gives back its numerator?",
        "Two sums of exponentials can be added once both are relative to the same score.",
        "In the end each read gets a weight, and the weights sum to one: what is a shard's?",
    ),
    placeholder='''
def read_of_all(reads, largest, weights):
    """What is read of the whole row (value,), from what each shard sends."""
    return torch.full_like(reads[0], float("nan"))
''',
    laws=(_one, _equal, _moved, _whole),
    library={},
    variants={"n_keys": (24, 30, 41)},
)
