"""If the head does nothing, the score and the B draws are exchangeable, and each of the B + 1 ranks
is equally likely. The p-value is the share of these B + 1 numbers that reach the score, the score
itself included; so it is at least 1/(B + 1), and draws that tie with it count against it.
"""


def rarity(found, drawn):
    return float((1 + (drawn >= found).sum().double()) / (1 + len(drawn)))
