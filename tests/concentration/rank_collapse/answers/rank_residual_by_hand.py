"""Answers to "rank-residual-by-hand": one that is right, and mistakes that each break a law."""


def right(states):
    """By Pythagoras, from the share of the mean."""
    mean = states.sum(0) / len(states)
    shared = len(states) * (mean @ mean) / (states * states).sum()
    return (1 - shared).clamp_min(0).sqrt().where(shared < 1 - 1e-15, 0.0)


def mean_over_features(states):
    apart = states - states.mean(1, keepdim=True)
    return apart.norm() / states.norm()


def share_of_the_mean(states):
    return states.mean(0).norm() * len(states) ** 0.5 / states.norm()


def not_divided(states):
    return (states - states.mean(0)).norm()


def squared(states):
    return ((states - states.mean(0)).norm() / states.norm()) ** 2


def mean_of_ratios(states):
    return ((states - states.mean(0)).norm(dim=1) / states.norm(dim=1)).mean()


def largest_feature(states):
    apart = states - states.mean(0)
    return apart.abs().max() / states.abs().max()


WRONG = {
    "one token": [mean_over_features, share_of_the_mean],
    "no shared part": [not_divided],
    "rotation": [largest_feature],
    "pairs": [squared, mean_of_ratios],
}
