"""Answers to long-forgotten."""


def right(rate, d_key):
    """The recursion itself, run until it stands still."""
    size, read = 0.0, rate**2
    for _ in range(20_000):
        crossed = (size + 2 * read) / (d_key * (d_key + 2))
        size, read = (
            size * (1 - (2 * rate - rate**2) / d_key) + rate**2,
            read - 2 * rate * read / d_key + rate**2 * (1 / d_key + crossed),
        )
    return read + 1


def always_two(rate, d_key):
    return 2.0


def reads_nothing(rate, d_key):
    return 1.0


def one_and_the_rate(rate, d_key):
    return 1 + rate


def one_and_its_square(rate, d_key):
    return 1 + rate**2


def size_for_read(rate, d_key):
    return 1 + d_key * rate / (2 - rate)


WRONG = {
    "tiny rate": [always_two],
    "measured": [reads_nothing, one_and_the_rate, one_and_its_square, size_for_read],
}
