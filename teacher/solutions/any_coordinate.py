r"""In one coordinate two tokens meet with chance $\sum_b a_b c_b$. They meet nowhere with the
product of what is left over the coordinates, since these are independent, and anywhere with one
minus that. For $B$ equal buckets it is $1 - (1 - 1/B)^r$, nearly $r/B$ for few coordinates: four
coordinates of sixteen buckets keep 0.23 of the pairs, and belong beside ways that keep as many.
"""


def share_kept(of_query, of_key):
    return 1 - (1 - (of_query * of_key).sum(-1)).prod()
