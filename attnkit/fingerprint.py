"""Know whether any number that the book shows could have changed."""

import hashlib
from pathlib import Path

import torch

import attnkit
from attnkit.experiments.store import results_folder

__all__ = ["library_fingerprint"]


def library_fingerprint() -> str:
    """Return a digest of the library's files, the recorded results and torch's version."""
    files = [path for root in attnkit.__path__ for path in Path(root).rglob("*") if path.is_file()]
    files = [path for path in files if path.suffix in (".py", ".json")]
    digest = hashlib.sha256(str(torch.__version__).encode())
    recorded = [p for p in results_folder().glob("*.json") if ".partial." not in p.name]
    for path in sorted([*files, *recorded]):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]
