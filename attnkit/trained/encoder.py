"""A real encoder that is already on this machine: six layers of twelve heads, read from disk."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Int64
from torch import Tensor, nn

from attnkit.arguments import checked
from attnkit.trained.places import HINT, VARIABLE, encoder_folder

__all__ = ["Encoder", "encoder", "model_of"]


@dataclass(frozen=True, repr=False)
class Encoder:
    """A model with its tokenizer; made by `encoder`.

    Parameters
    ----------
    model : nn.Module
        Of `transformers`, with eager attention, in evaluation mode.
    tokenizer : object
        The one that belongs to it.
    """

    model: nn.Module
    tokenizer: Any

    @checked
    def tokens(self, text: str) -> Int64[Tensor, " token"]:
        """The tokens (token,) of a text, with those that the tokenizer puts around it.

        Parameters
        ----------
        text : str
            One passage.

        Returns
        -------
        Tensor
            (token,), int64, on the model's device; as many as the text has, even where these are
            more than the model reads.

        Raises
        ------
        TypeError
            If it is no string.

        Notes
        -----
        Defined here.
        """
        ids = self.tokenizer(text, verbose=False)["input_ids"]
        return torch.tensor(ids, dtype=torch.int64, device=self.model.device)

    @checked
    def words(self, tokens: Int64[Tensor, " token"]) -> list[str]:
        """Each token as the tokenizer writes it; "##" begins one that goes on a word.

        Parameters
        ----------
        tokens : Tensor
            (token,), as `tokens` gives them.

        Returns
        -------
        list of str
            One for each token.

        Raises
        ------
        TypeError, ValueError
            If they are no integers, or more than one passage.

        Notes
        -----
        Defined here.
        """
        return self.tokenizer.convert_ids_to_tokens(tokens.tolist())

    def __repr__(self) -> str:
        name = Path(self.model.name_or_path).name
        return f"Encoder({type(self.model).__name__} from {name})"


def model_of(given: nn.Module | Encoder) -> nn.Module:
    """The model itself, of what comes with its tokenizer too."""
    return given.model if isinstance(given, Encoder) else given


def encoder() -> Encoder:
    """Return the encoder all-MiniLM-L6-v2 and its tokenizer, read from this machine's disk.

    Where the environment's `ATTNKIT_ENCODER` names a folder, the model in it; else the one that the
    package of the extra `attnkit[real]` carries; else that of the hub's own cache. Nothing is ever
    downloaded. It is loaded once, and every call returns the same.

    Raises
    ------
    ModuleNotFoundError
        If it, or transformers, is not installed; says what to install.
    FileNotFoundError
        If `ATTNKIT_ENCODER` names no folder with weights.
    ValueError
        If the weights are not the file whose SHA-256 is pinned in `attnkit.trained.places`. A
        folder that `ATTNKIT_ENCODER` names may hold another model: then a warning says so.

    References
    ----------
    W. Wang, F. Wei, L. Dong, H. Bao, N. Yang, M. Zhou. MiniLM: deep self-attention distillation
    for task-agnostic compression of pre-trained transformers. NeurIPS, 2020.
    """
    return _load(os.environ.get(VARIABLE))


@cache
def _load(named: str | None) -> Encoder:
    folder = encoder_folder(named)
    try:
        from transformers import AutoModel, AutoTokenizer
    except ModuleNotFoundError as error:
        if error.name != "transformers":
            raise
        raise ModuleNotFoundError(
            f"encoder() needs transformers: {HINT}", name="transformers"
        ) from None
    with _without_progress():
        model = AutoModel.from_pretrained(
            folder, local_files_only=True, attn_implementation="eager"
        )
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    return Encoder(model.eval(), tokenizer)


@contextmanager
def _without_progress() -> Iterator[None]:
    from transformers.utils import logging

    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()
