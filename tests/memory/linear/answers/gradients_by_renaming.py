"""Answers to gradients-by-renaming."""


def _attend(queries, keys, values):
    return (queries @ keys.mT).tril() @ values


def _later(queries, keys, values):
    return (queries @ keys.mT).triu() @ values


def right(queries, keys, values, output_gradient):
    """The same sums with an upper triangle in place of a reversal."""
    return (
        _attend(output_gradient, values, keys),
        _later(values, output_gradient, queries),
        _later(keys, queries, output_gradient),
    )


def roles_swapped(queries, keys, values, output_gradient):
    _, of_keys, of_values = right(queries, keys, values, output_gradient)
    return _attend(values, output_gradient, keys), of_keys, of_values


def queries_look_ahead(queries, keys, values, output_gradient):
    _, of_keys, of_values = right(queries, keys, values, output_gradient)
    return _later(output_gradient, values, keys), of_keys, of_values


def never_reversed(queries, keys, values, output_gradient):
    of_queries, _, of_values = right(queries, keys, values, output_gradient)
    return of_queries, _attend(values, output_gradient, queries), of_values


def not_flipped_back(queries, keys, values, output_gradient):
    of_queries, of_keys, of_values = right(queries, keys, values, output_gradient)
    return of_queries, of_keys.flip(0), of_values


def values_by_the_past(queries, keys, values, output_gradient):
    of_queries, of_keys, _ = right(queries, keys, values, output_gradient)
    return of_queries, of_keys, _attend(keys, queries, output_gradient)


def values_by_queries(queries, keys, values, output_gradient):
    of_queries, of_keys, _ = right(queries, keys, values, output_gradient)
    return of_queries, of_keys, _later(queries, keys, output_gradient)


def keys_and_queries_exchanged(queries, keys, values, output_gradient):
    of_queries, of_keys, of_values = right(queries, keys, values, output_gradient)
    return of_keys, of_queries, of_values


def without_the_diagonal(queries, keys, values, output_gradient):
    of_queries, of_keys, of_values = right(queries, keys, values, output_gradient)
    own = (keys * queries).sum(-1, keepdim=True) * output_gradient
    return of_queries, of_keys, of_values - own


WRONG = {
    "queries": [roles_swapped, queries_look_ahead, keys_and_queries_exchanged],
    "keys": [never_reversed, not_flipped_back],
    "values": [values_by_the_past, values_by_queries, without_the_diagonal],
}
