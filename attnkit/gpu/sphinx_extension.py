"""Two tables on a page of the book: what compiled kernels ask for, and their rooflines.

    ```{kernel-table}
    ```
    ```{roofline-table}
    ```

The first is read from `results/kernels.json`, the second computed; neither needs Triton.
"""

from collections import defaultdict
from html import escape

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from attnkit.experiments.store import results_folder
from attnkit.gpu.compiled import ARCHITECTURES, Compiled
from attnkit.gpu.roofline import H200, Roofline, Shape, rooflines
from attnkit.gpu.table import read

__all__ = ["setup"]

SHAPES = [Shape(d, item_bytes, 8192) for item_bytes in (2, 4) for d in (64, 128)]


class KernelTable(SphinxDirective):
    """Registers and shared memory of each kernel, by architecture."""

    def run(self) -> list[nodes.Node]:
        """Read what was recorded, and write the table."""
        path = results_folder() / "kernels.json"
        self.env.note_dependency(str(path))
        return [nodes.raw("", kernels_html(*read(path)), format="html")]


class RooflineTable(SphinxDirective):
    """Bytes, operations and the least time of each kernel on paper."""

    def run(self) -> list[nodes.Node]:
        """Compute the table."""
        return [nodes.raw("", rooflines_html(rooflines()), format="html")]


def _table(caption: str, heads: list[str], rows: list[list[str]]) -> str:
    head = "".join(f"<th>{escape(each)}</th>" for each in heads)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(each)}</td>" for each in row) + "</tr>" for row in rows
    )
    return (
        '<div class="pst-scrollable-table-container"><table class="table">'
        f"<caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
    )


def kernels_html(triton: str, kernels: dict[Compiled, str]) -> str:
    """A row for each specialisation; registers a thread and kilobytes a block for each device."""
    by_name: dict[str, dict[int, Compiled]] = defaultdict(dict)
    for each in kernels:
        by_name[each.name][each.architecture] = each
    heads = ["kernel", *(f"sm_{a}" for a in ARCHITECTURES), "spilled"]
    rows = []
    for name, found in sorted(by_name.items()):
        asked = [
            f"{found[a].registers}, {found[a].shared_bytes / 1024:.1f}" if a in found else "-"
            for a in ARCHITECTURES
        ]
        rows.append([name, *asked, str(max(each.spilled_bytes for each in found.values()))])
    caption = (
        f"Registers a thread, KiB of shared memory a block; spilled bytes. {_verdict(by_name)} "
        f"Triton {triton}."
    )
    return _table(caption, heads, rows)


def _verdict(by_name: dict[str, dict[int, Compiled]]) -> str:
    """Whether every kernel fits every architecture, or which do not."""
    lacking = [n for n, found in by_name.items() if set(found) != set(ARCHITECTURES)]
    refused = [n for n, found in by_name.items() if not all(each.fits for each in found.values())]
    if not lacking and not refused:
        return f"All {len(by_name)} fit all of them, and none spills."
    told = {"Not compiled for all": lacking, "do not fit": refused}
    return (
        "; ".join(f"{what}: {', '.join(sorted(names)) or 'none'}" for what, names in told.items())
        + "."
    )


def rooflines_html(found: list[Roofline]) -> str:
    """A row for each kernel and shape: what one token of one head costs."""
    heads = ["kernel", "d", "dtype", "bytes", "operations", "per byte", "least ns", "bound by", "%"]
    rows = []
    for each in found:
        for shape in SHAPES:
            share = each.share_of_arithmetic(shape)
            numbers = (each.n_bytes(shape), each.n_flops(shape), each.intensity(shape))
            rows.append(
                [each.name, str(shape.n_features), f"{8 * shape.item_bytes}-bit"]
                + [f"{number:,.0f}" for number in numbers]
                + [f"{1e9 * each.seconds(shape):,.3f}"]
                + ["arithmetic" if share == 1 else "memory", f"{100 * share:.0f}"]
            )
    caption = (
        f"For each token of each head, at {SHAPES[0].n_tokens:,} tokens, on an {H200.name}; the "
        "last column is the largest share of its arithmetic that its memory leaves within reach."
    )
    return _table(caption, heads, rows)


def setup(app: Sphinx) -> dict:
    """Register with Sphinx."""
    app.add_directive("kernel-table", KernelTable)
    app.add_directive("roofline-table", RooflineTable)
    return {"parallel_read_safe": True}
