r"""The block matrix is one softmax over all $k^2$ products, so that its entries together sum to
one. With all memberships 1 the double sum is then 1, and with any others it is at most the product
of the two largest. Rows that sum to one each would give $k$ in its place, which is no chance. Both
ends use the same symmetric matrix, so that exchanging queries and keys transposes the result.
"""


def chance_of_edges(query_members, key_members, clusters):
    products = clusters @ clusters.T
    blocks = products.flatten().softmax(0).view_as(products)
    return query_members @ blocks @ key_members.T
