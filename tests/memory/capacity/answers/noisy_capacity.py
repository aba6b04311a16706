"""Answers to noisy-capacity."""


def right(d_key, tolerance, query_noise):
    """Bisect the noise, which grows with the count."""
    low, high = 0.0, 1e6
    for _ in range(200):
        middle = (low + high) / 2
        noise = (middle - 1 + query_noise * middle) / d_key
        low, high = (middle, high) if noise < tolerance**2 else (low, middle)
    return low


def tolerance_not_squared(d_key, tolerance, query_noise):
    return (1 + tolerance * d_key) / (1 + query_noise)


def width_without_the_pair_itself(d_key, tolerance, query_noise):
    return tolerance**2 * d_key / (1 + query_noise)


def noise_ignored(d_key, tolerance, query_noise):
    return 1 + tolerance**2 * d_key


def noise_off_the_tolerance(d_key, tolerance, query_noise):
    return 1 + (tolerance**2 - query_noise) * d_key


def size_for_power(d_key, tolerance, query_noise):
    return (1 + tolerance**2 * d_key) / (1 + query_noise**0.5)


WRONG = {
    "clean queries": [tolerance_not_squared, width_without_the_pair_itself],
    "measured": [noise_ignored, noise_off_the_tolerance, size_for_power],
}
