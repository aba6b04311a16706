"""Signatures as a reader wants them: what an argument is, and in which range, in words."""

import inspect
import re
import typing

from sphinx.util.typing import stringify_annotation

from attnkit.arguments import Finite, Like, Range

__all__ = ["plain", "types_in_words"]

_MARKED = re.compile(r"[~\w.]*\bAnnotated\[")


def plain(text: str) -> str:
    """Return a signature without what `Annotated[kind, ...]` adds to a kind."""
    while found := list(_MARKED.finditer(text)):
        start, inner = found[-1].span()
        parts = _parts(text[inner:])
        end = inner + sum(map(len, parts)) + len(parts)
        text = text[:start] + parts[0] + text[end:]
    return text


def _parts(text: str) -> list[str]:
    """Split at the commas of this level, up to the bracket that closes it."""
    parts, depth, quoted = [""], 0, ""
    for sign in text:
        if quoted or sign in "'\"":
            quoted = "" if sign == quoted else quoted or sign
        elif sign in "[({":
            depth += 1
        elif sign in "])}":
            depth -= 1
            if depth < 0:
                break
        elif sign == "," and depth == 0:
            parts.append("")
            continue
        parts[-1] += sign
    return parts


def types_in_words(thing: object) -> dict[str, str]:
    """Return for each annotated parameter its kind and its range: "float, in [1, 64]"."""
    try:
        parameters = inspect.signature(thing).parameters
    except (TypeError, ValueError):
        return {}
    annotated = {n: p.annotation for n, p in parameters.items() if p.annotation is not p.empty}
    return {name: _in_words(annotation) for name, annotation in annotated.items()}


def _in_words(annotation: object) -> str:
    kind = re.sub(r"~?(?:\w+\.)*(\w+)", r"\1", plain(stringify_annotation(annotation, "smart")))
    kind = re.sub(r"\w+\[Tensor, '[^']*'\]", "Tensor", kind)
    return ", ".join([kind.replace(" | ", " or "), *_ranges(annotation)])


def _ranges(annotation: object) -> list[str]:
    """What the marks anywhere in an annotation say of values."""
    marks = getattr(annotation, "__metadata__", ())
    found = [said for mark in marks if (said := _said(mark))]
    for inner in typing.get_args(annotation):
        found += [said for said in _ranges(inner) if said not in found]
    return found


def _said(mark: object) -> str:
    match mark:
        case Range():
            return str(mark)
        case Finite(minus_inf=True):
            return "finite or -inf"
        case Finite():
            return "finite"
        case Like(other=other):
            return f"of the dtype and device of {other}"
    return ""
