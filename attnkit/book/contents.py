"""The pages of a site as a reader meets them."""

from sphinx.environment import BuildEnvironment

__all__ = ["pages_in_order"]


def pages_in_order(env: BuildEnvironment) -> list[str]:
    """Return every page once: in the order of the contents, and those in none after them."""
    order: list[str] = []
    waiting = [env.config.root_doc]
    while waiting:
        page = waiting.pop(0)
        if page not in order:
            order.append(page)
            waiting = env.toctree_includes.get(page, []) + waiting
    return order + sorted(env.found_docs - set(order))
