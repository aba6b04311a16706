"""Keep the keys of the columns that an estimate puts highest."""

import torch

from attnkit.coursework import Task, law

__all__ = ["BEST_COLUMNS"]


def estimates(generator, variant):
    """Estimates (query, column) for as many keys as columns, and for more; keep one to three."""
    width = variant["width"]
    for n_columns, n in ((1, width), (2, 2 * width + 1), (3, 5 * width - 2)):
        columns = torch.randn(4, width, generator=generator, dtype=torch.float64)
        yield {"columns": columns, "n": n, "n_columns": n_columns}


@law("kept or not", "A key that is kept has a one, any other a zero.", cases=estimates)
def kept_or_not(answer, columns, n, n_columns):
    flags = answer(columns, n, n_columns)
    good = bool(((flags == 0) | (flags == 1)).all())
    return None if good else "a number comes back that is neither one nor zero"


@law("whole columns", "Keys of one column are kept or left out together.", cases=estimates)
def whole_columns(answer, columns, n, n_columns):
    kept, width = answer(columns, n, n_columns) > 0, columns.shape[-1]
    for row in kept.tolist():
        by_column = [{row[j] for j in range(n) if j * width // n == c} for c in range(width)]
        if any(len(found) > 1 for found in by_column):
            return "a column is kept in part"
    return None


@law("in every row", "Each row keeps as many columns as were asked for.", cases=estimates)
def in_every_row(answer, columns, n, n_columns):
    kept, width = answer(columns, n, n_columns) > 0, columns.shape[-1]
    counts = {len({j * width // n for j in range(n) if row[j]}) for row in kept.tolist()}
    if counts == {n_columns}:
        return None
    return f"a row keeps {'more' if max(counts) > n_columns else 'fewer'} columns than asked for"


@law("order is all", "An increasing function of the estimate keeps the same keys.", cases=estimates)
def order_is_all(answer, columns, n, n_columns):
    kept = answer(columns, n, n_columns)
    for changed in (columns.exp(), columns / 3 + 7, columns.atan()):
        if not torch.equal(answer(changed, n, n_columns), kept):
            return "an increasing function of the estimate keeps other keys"
    return None


@law("the best", "A column that is kept stands no lower than one that is not.", cases=estimates)
def the_best(answer, columns, n, n_columns):
    kept, width = answer(columns, n, n_columns) > 0, columns.shape[-1]
    for row, flags in zip(columns, kept.tolist(), strict=True):
        inside = {j * width // n for j in range(n) if flags[j]}
        outside = {*range(width)} - inside
        if inside and outside and row[[*inside]].min() < row[[*outside]].max():
            return "a column is left out that stands higher than one kept"
    return None


BEST_COLUMNS = Task(
    name="best-columns",
    title="From columns back to keys",
    kind="implement",
    difficulty=2,
    minutes=25,
    statement=r"""
An estimate has {width} columns, whatever the number of keys: key $j$ of $n$ lies in column
$\lfloor j w / n \rfloor$ of $w$. Write `keys_of_columns(columns, n, n_columns)`, without anything
of attnkit: one for each key that lies in the highest columns of its row, zero for the others, as
numbers of the estimate's dtype. Then say why the estimate may be far from the weights, and its mask
perfect all the same.
""",
    hints=(
        "Choose among columns first; the keys come afterwards.",
        "A row needs the places of its highest entries, whatever their size.",
        "Make flags of columns, and let each key look up that of its own.",
    ),
    placeholder='''
def keys_of_columns(columns, n, n_columns):
    """Ones where a key is kept (query, key), else zeros, in the dtype of the columns."""
    return torch.full((len(columns), n), float("nan"), dtype=columns.dtype)
''',
    laws=(kept_or_not, whole_columns, in_every_row, order_is_all, the_best),
    variants={"width": (5, 6, 8)},
    library={},
)
