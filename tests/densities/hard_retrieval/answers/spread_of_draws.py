"""Answers to "spread-of-draws": one that is right, and mistakes that each break a law."""


def right(weights, values):
    """Half the mean squared distance of two keys drawn alike."""
    total = 0.0
    for p, v in zip(weights, values, strict=True):
        for q, w in zip(weights, values, strict=True):
            total = total + p * q * ((v - w) ** 2).sum() / 2
    return total


def square_of_the_mean_kept(weights, values):
    return weights @ values.square().sum(-1)


def unweighted(weights, values):
    return (values - values.mean(0)).square().sum(-1).mean() + weights.var(unbiased=False)


def with_squared_weights(weights, values):
    return (weights * (1 - weights)) @ values.square().sum(-1)


def weights_squared_outside(weights, values):
    away = values.square().sum(-1)
    return weights @ away - (weights.square() @ away)


def root_taken(weights, values):
    return right(weights, values).sqrt()


def absolute_distance(weights, values):
    return weights @ (values - weights @ values).norm(dim=-1)


def mean_over_channels(weights, values):
    return right(weights, values) / values.shape[-1]


def by_n_less_one(weights, values):
    return right(weights, values) * len(weights) / max(len(weights) - 1, 1)


def weights_of_distances_squared(weights, values):
    return weights.square() @ (values - weights @ values).square().sum(-1)


WRONG = {
    "no doubt, no spread": [square_of_the_mean_kept, unweighted],
    "moved values": [with_squared_weights, weights_squared_outside],
    "twice the values": [root_taken, absolute_distance],
    "counted out": [mean_over_channels, by_n_less_one, weights_of_distances_squared],
}
