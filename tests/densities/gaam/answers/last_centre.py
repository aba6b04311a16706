"""Answers to "last-centre": one that is right, and mistakes that each break a law."""


def right(centres, widths, last_width, peak):
    """By bisection of the slope at the peak, without solving for it."""
    low, high = -1e6, 1e6
    pull = sum(float((peak - m) / c**2) for m, c in zip(centres, widths, strict=True))
    for _ in range(200):
        middle = (low + high) / 2
        slope = pull + (peak - middle) / last_width**2
        low, high = (middle, high) if slope > 0 else (low, middle)
    return low


def away_from_zero(centres, widths, last_width, peak):
    return last_width**2 * ((peak - centres) / widths**2).sum()


def sum_of_centres(centres, widths, last_width, peak):
    return peak * (len(centres) + 1) - centres.sum() + 0.1 * len(centres)


def precisions_not_squared_back(centres, widths, last_width, peak):
    return peak + ((peak - centres) / widths**2).sum()


def width_not_squared(centres, widths, last_width, peak):
    return peak + last_width * ((peak - centres) / widths**2).sum()


def peak_not_moved(centres, widths, last_width, peak):
    return 0.5 * peak + 0.5 * centres.mean() * 0 + 0.5 * peak * (centres == peak).double().mean()


def widths_forgotten(centres, widths, last_width, peak):
    return peak + (peak - centres).sum()


def deviations_for_variances(centres, widths, last_width, peak):
    return peak + last_width * ((peak - centres) / widths).sum()


def pulled_to_the_others(centres, widths, last_width, peak):
    return peak - last_width**2 * ((peak - centres) / widths**2).sum()


WRONG = {
    "where all agree": [away_from_zero, sum_of_centres],
    "moved together": [peak_not_moved],
    "wider by a factor": [precisions_not_squared_back, width_not_squared],
    "level at the peak": [widths_forgotten, deviations_for_variances, pulled_to_the_others],
}
