r"""One softmax over the recent scores and the landmarks together says what each recent key and each
block gets. Inside, a block's softmax sums to one, so that the product sums to what the landmark
got, and the landmark keeps nothing. A constant added to the scores of one block changes nothing:
how much a block gets is the landmark's to say. At the log-sum-exp of the block's scores the two
stages are one softmax.
"""

import torch


def share_out(recent, landmarks, scores):
    first = torch.cat([recent, landmarks]).softmax(-1)
    near, blocks = first.split([len(recent), len(landmarks)])
    return near, blocks[:, None] * scores.softmax(-1)
