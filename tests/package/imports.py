"""Who imports whom, read from source."""

import ast
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Import:
    """`module` imports `name`, both dotted and absolute."""

    module: str
    name: str

    def __str__(self):
        return f"{self.module} imports {self.name}"


def imports_of(root: Path = ROOT) -> list[Import]:
    """Return every import in the package, also those inside functions."""
    found = []
    for path in sorted((root / "attnkit").rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        package = parts[:-1]
        module = ".".join(package if parts[-1] == "__init__" else parts)
        for node in ast.walk(ast.parse(path.read_text())):
            found += [Import(module, name) for name in _names(node, package)]
    return found


def _names(node: ast.AST, package: tuple[str, ...]) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        above = package[: len(package) - node.level + 1] if node.level else ()
        start = ".".join(filter(None, (*above, node.module)))
        return [f"{start}.{alias.name}" for alias in node.names]
    return []
