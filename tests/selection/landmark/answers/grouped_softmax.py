"""Answers to "grouped-softmax": one that is right, and mistakes that each break a law."""

import torch


def right(recent, landmarks, scores):
    """By moving each block's scores such that their log-sum-exp is the landmark."""
    moved = scores + (landmarks - scores.exp().sum(-1).log())[:, None]
    total = recent.exp().sum() + moved.exp().sum()
    return recent.exp() / total, moved.exp() / total


def landmarks_keep_a_share(recent, landmarks, scores):
    row = torch.cat([recent, landmarks, scores.flatten()]).softmax(-1)
    near, _, far = row.split([len(recent), len(landmarks), scores.numel()])
    return near, far.view_as(scores)


def two_rows(recent, landmarks, scores):
    return recent.softmax(-1), landmarks.softmax(-1)[:, None] * scores.softmax(-1)


def unnormalised_inside(recent, landmarks, scores):
    near, blocks = torch.cat([recent, landmarks]).softmax(-1).split([len(recent), len(landmarks)])
    return near, blocks[:, None] * scores.exp()


def evenly_inside(recent, landmarks, scores):
    near, blocks = torch.cat([recent, landmarks]).softmax(-1).split([len(recent), len(landmarks)])
    return near, (blocks / scores.shape[1])[:, None].expand_as(scores)


def softmax_over_blocks(recent, landmarks, scores):
    row = torch.cat([recent, scores.amax(-1) + landmarks]).softmax(-1)
    near, blocks = row.split([len(recent), len(landmarks)])
    inside = (2 * scores).softmax(-1)
    return near, blocks[:, None] * inside


def landmarks_forgotten(recent, landmarks, scores):
    near, far = (
        torch.cat([recent, scores.flatten()]).softmax(-1).split([len(recent), scores.numel()])
    )
    return near, far.view_as(scores)


def landmarks_added(recent, landmarks, scores):
    return landmarks_forgotten(recent, landmarks, scores + landmarks[:, None])


def log_size_added(recent, landmarks, scores):
    return right(recent, landmarks + torch.tensor(scores.shape[1]).double().log(), scores)


def recent_keys_mixed_up(recent, landmarks, scores):
    near, far = right(recent, landmarks, scores)
    return torch.cat([near[:1], near[1:].flip(0)]), far


WRONG = {
    "one row": [landmarks_keep_a_share, two_rows, unnormalised_inside],
    "inside a block": [evenly_inside, softmax_over_blocks],
    "one voice": [landmarks_forgotten, landmarks_added, log_size_added],
    "nothing lost": [recent_keys_mixed_up],
}
