"""Answers to frozen-normaliser."""


def _plain(d, n_examples, noise_variance, rate):
    """Risk from the mean of y_q times the answer and the mean square of the answer."""
    square = (n_examples + d + 1 + noise_variance * d) / n_examples
    return 1 + noise_variance - 2 * rate + rate * rate * square


def _best(d, n_examples, noise_variance):
    return n_examples / (n_examples + d + 1 + noise_variance * d)


def right(d, n_trained, n_tested, noise_variance):
    rate = _best(d, n_trained, noise_variance) * n_tested / n_trained
    return _plain(d, n_tested, noise_variance, rate)


def debiased(d, n_trained, n_tested, noise_variance):
    spread = 1 + (1 + noise_variance) * d / n_trained
    rate = n_tested / n_trained / spread
    return 1 + noise_variance - (1 - 1 / n_tested) * (2 * rate - rate**2 * spread)


def trained_again(d, n_trained, n_tested, noise_variance):
    rate = _best(d, n_tested, noise_variance)
    return _plain(d, n_tested, noise_variance, rate)


def same_rate(d, n_trained, n_tested, noise_variance):
    return _plain(d, n_tested, noise_variance, _best(d, n_trained, noise_variance))


def curvature_of_training(d, n_trained, n_tested, noise_variance):
    rate = _best(d, n_trained, noise_variance) * n_tested / n_trained
    return _plain(d, n_trained, noise_variance, rate)


def grown_as_a_square(d, n_trained, n_tested, noise_variance):
    at_home = right(d, n_trained, n_trained, noise_variance)
    return at_home * (n_tested / n_trained) ** 2


WRONG = {
    "length of training": [debiased],
    "measured": [trained_again, same_rate, curvature_of_training, grown_as_a_square],
}
