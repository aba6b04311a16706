"""Answers to reads-of-shards."""


def right(reads, largest, weights):
    """By logarithms."""
    shares = (largest + weights.log()).softmax(0)
    return sum(share * read for share, read in zip(shares, reads, strict=True))


def mean_of_reads(reads, largest, weights):
    return reads.mean(0)


def by_largest_alone(reads, largest, weights):
    return largest.softmax(0) @ reads


def by_sums_alone(reads, largest, weights):
    return weights @ reads / weights.sum()


def overflows(reads, largest, weights):
    shares = weights * largest.exp()
    return shares @ reads / shares.sum()


def divided_twice(reads, largest, weights):
    shares = (largest - largest.amax()).exp()
    return shares @ (reads / weights[:, None]) / shares.sum()


def not_divided(reads, largest, weights):
    return (weights * (largest - largest.amax()).exp()) @ reads


def wrong_direction(reads, largest, weights):
    shares = weights * (largest.amin() - largest).exp()
    return shares @ reads / shares.sum()


WRONG = {
    "one shard": [not_divided, divided_twice],
    "equal scores": [mean_of_reads, by_largest_alone],
    "a thousand more": [overflows],
    "the whole row": [by_sums_alone, wrong_direction],
}
