"""A small decoder-only transformer, trained on text with the cross-entropy of Sec. 3.1.

Needs PyTorch: ``pip install "hallucination-theory[torch]"``. It runs on a GPU when there is one.
Training is deterministic on a CPU: interrupted and resumed, it ends with the same bits.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from tqdm import tqdm

from simulations.language_models.interface import check_documents, words_of
from simulations.language_models.token_models import UNKNOWN, TokenModel
from theory.arrays import FloatArray, IntArray
from theory.errors import InvalidInput, require_integer
from theory.poor_models import Vocabulary

NOT_COUNTED = -1
"""Target of a position whose prediction does not enter the loss."""


@dataclass(frozen=True)
class TransformerConfig:
    """Everything that decides the trained weights, besides the text.

    Parameters
    ----------
    d_model, n_layers, n_heads : int
        Width, depth and attention heads; ``n_heads`` divides ``d_model``.
    epochs, batch_size : int
        Passes over the text, and documents per step.
    learning_rate : float
        Peak of the schedule: linear warm-up over ``warmup_steps``, then a cosine down to zero.
    loss_on : str
        ``"text"``: every word; ``"last word"``: only the last word of each document, which
        makes the network a classifier.
    max_words : int
        Longest document.
    seed : int
        Of the weights and of the order of documents.

    Raises
    ------
    InvalidInput
        If a value is out of range.
    """

    d_model: int = 128
    n_layers: int = 2
    n_heads: int = 4
    epochs: int = 20
    batch_size: int = 256
    learning_rate: float = 3e-3
    warmup_steps: int = 100
    loss_on: str = "text"
    max_words: int = 24
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("d_model", "n_layers", "n_heads", "epochs", "batch_size", "max_words"):
            require_integer(name, getattr(self, name), at_least=1)
        require_integer("warmup_steps", self.warmup_steps, at_least=1)
        require_integer("seed", self.seed, at_least=0)
        if self.d_model % self.n_heads:
            raise InvalidInput("d_model", f"a multiple of n_heads = {self.n_heads}", self.d_model)
        if not self.learning_rate > 0:
            raise InvalidInput("learning_rate", "> 0", self.learning_rate)
        if self.loss_on not in ("text", "last word"):
            raise InvalidInput("loss_on", "'text' or 'last word'", repr(self.loss_on))

    def learning_rate_at(self, step: int, n_steps: int) -> float:
        """Return the learning rate of one step of ``n_steps``."""
        warm = min(1.0, (step + 1) / self.warmup_steps)
        return self.learning_rate * warm * (1 + math.cos(math.pi * step / n_steps)) / 2


class Transformer(TokenModel):
    """The transformer behind the common interface.

    Parameters
    ----------
    config : TransformerConfig, optional
        Default: about 0.4 million weights.
    checkpoint : Path, optional
        Written after every epoch; if it exists, training resumes from it.
    device : str, optional
        Default: ``"cuda"`` if there is one, else ``"cpu"``.
    progress : bool
        Whether to show a bar, one tick per step, if standard error is a terminal.

    Raises
    ------
    InvalidInput
        If PyTorch is not installed.
    """

    network: Any

    def __init__(
        self,
        config: TransformerConfig | None = None,
        *,
        checkpoint: Path | None = None,
        device: str | None = None,
        progress: bool = False,
    ) -> None:
        torch = require_torch()
        self.config = config or TransformerConfig()
        self.device = device or ("cuda" if torch.cuda.is_available() else "cpu")
        self._checkpoint, self._progress = checkpoint, progress

    def fit(
        self,
        documents: Sequence[str],
        *,
        watch: Callable[[Transformer, int], None] | None = None,
    ) -> Self:
        """Train by stochastic gradient descent (AdamW) on the cross-entropy, in nats per word.

        Parameters
        ----------
        documents : sequence of str
            The training text.
        watch : callable, optional
            Called as ``watch(self, steps_done)`` before the first step and after each; for
            measurements along the way, which do not disturb training.

        Raises
        ------
        InvalidInput
            If a document is too long, or the checkpoint belongs to another run.
        """
        check_documents(documents)
        sentences = [words_of(document) for document in documents]
        self.vocabulary = Vocabulary.of(sentences, unknown=UNKNOWN)
        inputs, targets = self._tables(sentences)
        run = _Run(self, inputs, targets, _digest(documents))
        if self._checkpoint is not None and self._checkpoint.exists():
            run.restore(self._checkpoint)
        run.train(self._checkpoint, watch, self._progress)
        return self

    def next_log_probs(self, contexts: IntArray) -> FloatArray:
        """Return ln p(next token | context), shape (B, vocabulary.n_outcomes).

        Raises
        ------
        InvalidInput
            If the contexts are longer than the network's positions.
        """
        import torch

        if contexts.shape[1] > self.config.max_words + 1:
            raise InvalidInput(
                "a context", f"at most {self.config.max_words} words long", contexts.shape[1] - 1
            )
        with torch.inference_mode():
            tokens = torch.as_tensor(contexts, device=self.device)
            logits = torch.cat([self.network(t, last_only=True) for t in tokens.split(1024)])
            logits = logits[:, : self.vocabulary.n_outcomes].double()
            return np.asarray(torch.log_softmax(logits, -1).cpu().numpy())

    def _tables(self, sentences: list[list[str]]) -> tuple[IntArray, IntArray]:
        """Return inputs and targets, shape (N, T), padded on the right."""
        longest = max(map(len, sentences))
        if longest > self.config.max_words:
            where = f"document {[len(s) for s in sentences].index(longest)}"
            raise InvalidInput(
                "a document",
                f"at most max_words = {self.config.max_words} long",
                longest,
                where=where,
            )
        flat = self.vocabulary.encode(sentences)
        lengths = flat.stops - flat.starts
        column = np.arange(len(flat.tokens)) - np.repeat(flat.starts, lengths)
        row = np.repeat(np.arange(len(flat)), lengths)
        inputs = np.zeros((len(flat), longest + 1), np.int64)
        targets = np.full_like(inputs, NOT_COUNTED)
        says, told = column <= longest, column > 0
        inputs[row[says], column[says]] = flat.tokens[says]
        if self.config.loss_on == "last word":
            told = column == np.repeat(lengths, lengths) - 2
        targets[row[told], column[told] - 1] = flat.tokens[told]
        return inputs, targets


class _Run:
    """One training run: the network, the optimiser and the order of documents."""

    def __init__(
        self, model: Transformer, inputs: IntArray, targets: IntArray, digest: str
    ) -> None:
        import torch

        from simulations.language_models.network import build

        config = model.config
        self.model, self.config = model, config
        self.inputs = torch.as_tensor(inputs, device=model.device)
        self.targets = torch.as_tensor(targets, device=model.device)
        self.identity = asdict(config) | {"text": digest}
        model.network = build(
            config.seed,
            model.device,
            n_tokens=model.vocabulary.size,
            max_length=config.max_words + 1,
            d_model=config.d_model,
            n_layers=config.n_layers,
            n_heads=config.n_heads,
        )
        self.optimiser = torch.optim.AdamW(
            model.network.parameters(), lr=config.learning_rate, weight_decay=0.0, betas=(0.9, 0.98)
        )
        self.order = torch.Generator().manual_seed(config.seed)
        self.epoch = 0

    def train(
        self,
        checkpoint: Path | None,
        watch: Callable[[Transformer, int], None] | None,
        progress: bool,
    ) -> None:
        batches = -(-len(self.inputs) // self.config.batch_size)
        n_steps, step = self.config.epochs * batches, self.epoch * batches
        if watch is not None and step == 0:
            watch(self.model, 0)
        with tqdm(
            total=n_steps, initial=step, disable=None if progress else True, unit="step"
        ) as bar:
            while self.epoch < self.config.epochs:
                for rows in self._shuffled():
                    bar.set_postfix(loss=self._step(rows, step, n_steps), refresh=False)
                    bar.update()
                    step += 1
                    if watch is not None:
                        watch(self.model, step)
                self.epoch += 1
                if checkpoint is not None:
                    self._save(checkpoint)

    def restore(self, checkpoint: Path) -> None:
        from simulations.language_models.network import load_checkpoint

        state = load_checkpoint(checkpoint, self.identity, device=self.model.device)
        self.epoch = state["epoch"]
        self.model.network.load_state_dict(state["network"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.order.set_state(state["order"].cpu())

    def _save(self, checkpoint: Path) -> None:
        from simulations.language_models.network import save_checkpoint

        state = {
            "identity": self.identity,
            "epoch": self.epoch,
            "network": self.model.network.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "order": self.order.get_state(),
        }
        save_checkpoint(checkpoint, state)

    def _shuffled(self) -> Any:
        import torch

        order = torch.randperm(len(self.inputs), generator=self.order)
        return order.to(self.model.device).split(self.config.batch_size)

    def _step(self, rows: Any, step: int, n_steps: int) -> float:
        from torch.nn.utils import clip_grad_norm_

        from simulations.language_models.network import loss_of

        for group in self.optimiser.param_groups:
            group["lr"] = self.config.learning_rate_at(step, n_steps)
        loss = loss_of(self.model.network, self.inputs[rows], self.targets[rows])
        self.optimiser.zero_grad()
        loss.backward()
        clip_grad_norm_(self.model.network.parameters(), 1.0)
        self.optimiser.step()
        return float(loss.detach())


def require_torch() -> Any:
    """Import and return PyTorch.

    Raises
    ------
    InvalidInput
        If it is not installed; the message names the extra.
    """
    try:
        import torch
    except ImportError as error:
        raise InvalidInput(
            "PyTorch",
            "installed for the transformer",
            "no module torch",
            remedy='pip install "hallucination-theory[torch]"',
        ) from error
    return torch


def _digest(documents: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(documents).encode()).hexdigest()
