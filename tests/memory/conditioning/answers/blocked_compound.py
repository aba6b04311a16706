"""Answers to blocked-compound."""


def right(first, second, rate, salience):
    """Trial by trial, in plain numbers."""
    a = b = 0.0
    for trial in range(first + second):
        loud = salience if trial >= first else 0.0
        error = 1 - a - loud * b
        a, b = a + rate * error, b + rate * error * loud
    return salience * b


def paired_without_rivals(first, second, rate, salience):
    return 1 - (1 - rate * salience**2) ** second


def adding(first, second, rate, salience):
    return second * rate * salience**2


def never_trained_before(first, second, rate, salience):
    length = 1 + salience**2
    return salience**2 / length * (1 - (1 - rate * length) ** second)


def all_equal(first, second, rate, salience):
    return (1 - rate) ** first * (1 - (1 - 2 * rate) ** second) / 2


def weight_alone(first, second, rate, salience):
    return right(first, second, rate, salience) / salience


def shared_by_salience(first, second, rate, salience):
    length = 1 + salience
    return salience / length * (1 - rate) ** first * (1 - (1 - rate * length) ** second)


WRONG = {
    "overshadowing": [paired_without_rivals, adding],
    "blocking": [never_trained_before],
    "laboratory": [all_equal, weight_alone, shared_by_salience],
}
