"""The run-time checker of the tests: beartype, with int accepted where float is asked for.

jaxtyping's own wrapper binds the arguments of each call, and checks them twice, to say more of a
mistake. Here a call is checked once, in a scope for the sizes where an array is annotated; only
what needs jaxtyping's look at the arguments has it.
"""

import inspect
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import is_dataclass
from functools import partial, wraps
from pathlib import Path
from typing import ForwardRef, get_args

import jaxtyping
from beartype import BeartypeConf, beartype

check = beartype(conf=BeartypeConf(is_pep484_tower=True))
in_scope = jaxtyping.jaxtyped


def install() -> None:
    """Check every function of attnkit that is imported from now on."""
    jaxtyping.jaxtyped = checked  # by this name the hook's code decorates
    jaxtyping.install_import_hook(checked_modules(), "tests.typechecker.check")


def checked_modules() -> list[str]:
    """Every module of attnkit but those with kernels, whose sources Triton reads for itself."""
    root = Path(__file__).parents[1]
    files = {
        ".".join(p.relative_to(root).with_suffix("").parts): p for p in root.glob("attnkit/**/*.py")
    }
    names = {name.removesuffix(".__init__"): path for name, path in files.items()}
    kernels = [name for name, path in names.items() if "@triton.jit" in path.read_text("utf-8")]
    return [name for name in names if not any(f"{k}.".startswith(f"{name}.") for k in kernels)]


def checked(*, typechecker: Callable) -> Callable:
    """Decorate functions, and the dataclasses' own, as `jaxtyping.jaxtyped` does."""
    return partial(_checked, typechecker)


def _checked(typechecker: Callable, thing: object) -> object:
    checks = partial(_checked, typechecker)
    if isinstance(thing, classmethod | staticmethod):
        return type(thing)(checks(thing.__func__))
    if isinstance(thing, property):
        return property(*(one and checks(one) for one in (thing.fget, thing.fset, thing.fdel)))
    if inspect.isclass(thing):
        if is_dataclass(thing) and not hasattr(thing.__init__, "__wrapped__"):  # by attnkit
            thing.__init__ = checks(thing.__init__)
        return thing
    return _function(typechecker, thing)


def _function(typechecker: Callable, function: Callable) -> Callable:
    written = list(_parts([*getattr(function, "__annotations__", {}).values()]))
    if any(map(_needs_arguments, written)):
        return in_scope(function, typechecker=typechecker)
    call = typechecker(function)
    if call is function:
        return function
    scope = partial(in_scope, "context") if any(map(_is_array, written)) else nullcontext

    @wraps(function)
    def checks(*args, **kwargs):
        if jaxtyping.config.jaxtyping_disable:
            return function(*args, **kwargs)
        with scope():
            return call(*args, **kwargs)

    return checks


def _parts(annotation: object) -> Iterator[object]:
    """An annotation and all that it is made of."""
    yield annotation
    for part in annotation if isinstance(annotation, list) else get_args(annotation):
        yield from _parts(part)


def _is_array(annotation: object) -> bool:
    return inspect.isclass(annotation) and issubclass(annotation, jaxtyping.AbstractArray)


def _needs_arguments(annotation: object) -> bool:
    """Whether names in quotes are to be looked up, or a size is that of an argument."""
    return isinstance(annotation, str | ForwardRef) or (
        _is_array(annotation) and "{" in getattr(annotation, "dim_str", "")
    )
