"""What is claimed of the traps."""

from attnkit.claims import claim
from attnkit.memory.traps.chunks import entry_errors


@claim(
    "entry-errors-differ",
    source="Behrouz et al. 2024, the parallel form; derived here",
    computes=entry_errors,
)
def entry_errors_differ() -> dict[str, float]:
    """Relative error when a chunk takes its errors at its entry, by chunk length, and ours."""
    sizes = {size: entry_errors(size) for size in (4, 16, 64)}
    errors = {f"at the entry, chunk {size}": each["broken"] for size, each in sizes.items()}
    return errors | {"solved, chunk 64": sizes[64]["safe"]}
