"""What an answer computes, counted, and how it grows with the length."""

import torch

from attnkit.coursework.work import grows_with_length, work


def test_what_operations_take_and_make_is_counted():
    x, y = torch.rand(3, 5), torch.rand(5, 7)
    assert work(torch.exp, x) == 30
    assert work(torch.matmul, x, y) == 15 + 35 + 21
    assert work(lambda x: x.split(2)[0].mT[1:], x) == 0
    assert work(lambda x: torch.cat([x, x]).clone(), x) == 0
    assert work(lambda x: x.tolist(), x) == 0


def test_loops_and_scans_pass_and_pairs_do_not():
    row = torch.rand(256)

    def loop(row):
        total, sums = torch.zeros(()), torch.empty(0)
        for x in row:
            total = total + x
            sums = torch.cat([sums, total[None]])
        return sums

    def scan(row):
        step = 1
        while step < len(row):
            row = torch.cat([row[:step], row[step:] + row[:-step]])
            step *= 2
        return row

    def pairs(row):
        return torch.ones(len(row), len(row)).tril() @ row

    def prefixes(row):
        return torch.stack([row[: t + 1].sum() for t in range(len(row))])

    for linear in (loop, scan):
        assert grows_with_length(linear, (row[:128],), (row,)) is None
    for quadratic in (pairs, prefixes):
        told = grows_with_length(quadratic, (row[:128],), (row,))
        assert told == "the work that twice as many tokens take is too large"
