r"""With the transposed matrix, $x_i^\top M^\top x_j = x_j^\top M x_i$: the same score with the two
tokens' parts swapped. So the symmetric part gives half the sum of the scores and their transpose,
and neither the states nor a $d \times d$ matrix is needed. The head that goes is the previous
token's: "I look at you and you do not look at me" is what the other part was for.
"""


def symmetric_scores(queries, keys):
    scores = queries @ keys.mT
    return (scores + scores.mT) / 2
