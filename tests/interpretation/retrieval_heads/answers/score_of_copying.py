"""Answers to "score-of-copying": one that is right, and mistakes that each break a law."""

import torch


def right(looked, tokens, written, needle):
    copied = [
        any(
            at == place and tokens[place] == token
            for at, token in zip(looked, written, strict=True)
        )
        for place in range(len(tokens))
    ]
    return float((torch.tensor(copied) & needle).double().sum() / needle.sum())


def needle_forgotten(looked, tokens, written, needle):
    right_ones = looked[tokens[looked] == written]
    return float(len(set(right_ones.tolist())) / needle.double().sum())


def of_the_text(looked, tokens, written, needle):
    return float(right(looked, tokens, written, torch.ones_like(needle)) + 0.1)


def looks_alone(looked, tokens, written, needle):
    return float(
        torch.tensor([p in looked.tolist() for p in range(len(tokens))])[needle].double().mean()
    )


def any_step(looked, tokens, written, needle):
    seen = torch.tensor([p in looked.tolist() for p in range(len(tokens))])
    return float((seen & needle).double().sum() / needle.sum())


def steps_counted(looked, tokens, written, needle):
    hits = (tokens[looked] == written) & needle[looked]
    return float(hits.double().sum() / needle.sum())


def share_of_steps(looked, tokens, written, needle):
    copied = right(looked, tokens, written, needle) * needle.sum()
    return float(copied / len(set(looked.tolist())))


def size_of_the_text(looked, tokens, written, needle):
    return float(right(looked, tokens, written, needle) * needle.sum() / len(tokens))


WRONG = {
    "nothing outside": [needle_forgotten, of_the_text],
    "looking is not copying": [looks_alone, any_step],
    "at most one": [steps_counted],
    "share of the needle": [share_of_steps, size_of_the_text],
}
