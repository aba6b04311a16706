"""Answers to "rank-agreement": one that is right, and mistakes that each break a law."""

from scipy.stats import kendalltau, rankdata


def right(first, second):
    return float(kendalltau(first.numpy(), second.numpy()).statistic)


def _signs(row):
    return (row[:, None] - row).sign()


def agreeing_only(first, second):
    same = _signs(first) * _signs(second) > 0
    return same.sum().item() / (len(first) * (len(first) - 1))


def without_sign(first, second):
    return abs(right(first, second))


def tau_a(first, second):
    signs = _signs(first) * _signs(second)
    return signs.sum().item() / (len(first) * (len(first) - 1))


def diagonal_counted(first, second):
    signs = _signs(first) * _signs(second)
    return (signs.sum().item() + 1e-3) / (signs.abs().sum().item() + 1e-3)


def pearson(first, second):
    first, second = first - first.mean(), second - second.mean()
    return ((first * second).sum() / (first.norm() * second.norm())).item()


def spearman(first, second):
    ranks = [rankdata(row.numpy()) - (len(row) + 1) / 2 for row in (first, second)]
    return float(
        (ranks[0] * ranks[1]).sum() / ((ranks[0] ** 2).sum() * (ranks[1] ** 2).sum()) ** 0.5
    )


def one_row_untied(first, second):
    signs = _signs(first) * _signs(second)
    return signs.sum().item() / _signs(first).abs().sum().item()


def gamma(first, second):
    signs = _signs(first) * _signs(second)
    return signs.sum().item() / max(signs.abs().sum().item(), 1)


WRONG = {
    "turned round": [agreeing_only, without_sign, diagonal_counted],
    "itself": [tau_a],
    "order is all": [pearson],
    "pair by pair": [spearman, one_row_untied, gamma],
}
