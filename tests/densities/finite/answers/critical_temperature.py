"""Answers to "critical-temperature": a sort in plain Python, and four slips."""


def right(scores, alpha):
    *_, second, best = sorted(scores.tolist())
    return (best - second) * (alpha - 1.0)


def gap_to_the_mean(scores, alpha):
    others = scores.sum() - scores.max()
    return (alpha - 1) * (scores.max() - others / (len(scores) - 1))


def no_alpha(scores, alpha):
    *_, second, best = sorted(scores.tolist())
    return best - second


def shared_among_rivals(scores, alpha):
    return right(scores, alpha) / (len(scores) - 1)


def upside_down(scores, alpha):
    return 1 / right(scores, alpha)


WRONG = {
    "one key below": [gap_to_the_mean, no_alpha, upside_down],
    "company above": [shared_among_rivals],
}
