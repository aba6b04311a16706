"""Answers to "slope-of-entropy": one that is right, and mistakes that each break a law."""


def right(scores, temperature):
    """Over all pairs of keys: half the mean squared difference is a variance."""
    weights = (scores / temperature).softmax(-1)
    gaps = (scores[:, None] - scores[None, :]) ** 2
    return (weights[:, None] * weights[None, :] * gaps).sum() / (2 * temperature**3)


def _parts(scores, temperature):
    weights = (scores / temperature).softmax(-1)
    mean = (weights * scores).sum()
    return weights, mean, (weights * (scores - mean) ** 2).sum()


def mean_square(scores, temperature):
    weights, _, _ = _parts(scores, temperature)
    return (weights * scores**2).sum() / temperature**3


def entropy_itself(scores, temperature):
    logs = (scores / temperature).log_softmax(-1)
    return -(logs.exp() * logs).sum()


def sign_turned(scores, temperature):
    return -_parts(scores, temperature)[2] / temperature**3


def one_power_too_few(scores, temperature):
    return _parts(scores, temperature)[2] / temperature**2


def no_temperature(scores, temperature):
    return _parts(scores, temperature)[2]


def plain_variance(scores, temperature):
    return scores.var(correction=0) / temperature**3


def weights_at_temperature_one(scores, temperature):
    return _parts(scores / temperature, 2.0)[2] / temperature


WRONG = {
    "equal scores": [mean_square, entropy_itself],
    "never down": [sign_turned],
    "same units": [one_power_too_few, no_temperature],
    "slope": [plain_variance, weights_at_temperature_one],
}
