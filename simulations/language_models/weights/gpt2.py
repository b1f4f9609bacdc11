"""A GPT-2 configuration of the Hugging Face library, trained here on text; its folder of weights.

Needs the extra ``transformers``. Weights and tokenizer are made from scratch, so that nothing is
downloaded; the folder is what ``from_pretrained`` and evaluation harnesses read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulations.language_models.interface import check_documents
from simulations.language_models.weights.hugging_face import HuggingFaceModel
from theory.errors import InvalidInput, require, require_integer

BEGIN = "<|endoftext|>"
"""Begins and ends each document, as in GPT-2."""


@dataclass(frozen=True)
class GPT2Setting:
    """Everything that decides the trained weights, besides the text.

    Parameters
    ----------
    d_model, n_layers, n_heads : int
        Width, depth and attention heads; ``n_heads`` divides ``d_model``.
    epochs, batch_size : int
        Passes over the text, and documents per step.
    learning_rate : float
        Of AdamW, after a warm-up over the first tenth.
    n_tokens : int
        Most tokens of the byte-level vocabulary.
    seed : int
        Of the weights and of the order of documents.

    Raises
    ------
    InvalidInput
        If a value is out of range.
    """

    d_model: int = 128
    n_layers: int = 4
    n_heads: int = 4
    epochs: int = 20
    batch_size: int = 32
    learning_rate: float = 1e-3
    n_tokens: int = 800
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("d_model", "n_layers", "n_heads", "epochs", "batch_size"):
            require_integer(name, getattr(self, name), at_least=1)
        require_integer("n_tokens", self.n_tokens, at_least=257)
        if self.d_model % self.n_heads:
            raise InvalidInput("d_model", f"a multiple of n_heads = {self.n_heads}", self.d_model)
        if not self.learning_rate > 0:
            raise InvalidInput("learning_rate", "> 0", self.learning_rate)


def train_gpt2(
    documents: Sequence[str],
    setting: GPT2Setting | None = None,
    *,
    device: str = "cpu",
    watch: Callable[[HuggingFaceModel, int], None] | None = None,
) -> HuggingFaceModel:
    """Train on the cross-entropy, each document between two begin-of-sequence tokens.

    Parameters
    ----------
    documents : sequence of str
        The training text.
    setting : GPT2Setting, optional
        Default: 0.8 million weights and the embeddings.
    device : str
        Where the model is trained and weighed, as PyTorch names it.
    watch : callable, optional
        Called as ``watch(model, epochs_done)`` before the first epoch and after each.

    Returns
    -------
    HuggingFaceModel
        With ``begin`` set and the full stop as ``end``.

    Raises
    ------
    MissingExtra
        If transformers is not installed.
    """
    check_documents(documents)
    setting = setting or GPT2Setting()
    hf = require("transformers", "transformers", "training a GPT-2 configuration")
    tokenizer = byte_level_tokenizer(documents, setting.n_tokens)
    sequences = tokenizer([f"{BEGIN}{text}{BEGIN}" for text in documents])["input_ids"]
    config = hf.GPT2Config(
        vocab_size=len(tokenizer), n_positions=2 * max(map(len, sequences)),
        n_embd=setting.d_model, n_layer=setting.n_layers, n_head=setting.n_heads,
        bos_token_id=0, eos_token_id=0, resid_pdrop=0, embd_pdrop=0, attn_pdrop=0,
    )  # fmt: skip
    model = _fresh(hf.GPT2LMHeadModel, config, setting.seed).to(device)
    trained = HuggingFaceModel(model, tokenizer, begin=BEGIN, end=".")
    _train(trained, sequences, setting, watch or (lambda *_: None))
    return trained


def byte_level_tokenizer(documents: Sequence[str], n_tokens: int) -> Any:
    """Return a byte-pair tokenizer of the text, with :data:`BEGIN` as its only special token.

    Raises
    ------
    MissingExtra
        If transformers is not installed.
    """
    hf = require("transformers", "transformers", "a byte-level tokenizer")
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=n_tokens, special_tokens=[BEGIN], initial_alphabet=alphabet, show_progress=False
    )
    made.train_from_iterator(documents, trainer)
    return hf.PreTrainedTokenizerFast(
        tokenizer_object=made, bos_token=BEGIN, eos_token=BEGIN, pad_token=BEGIN
    )


def save(model: HuggingFaceModel, folder: Path) -> None:
    """Write weights, configuration and tokenizer, as ``from_pretrained`` reads them."""
    model.model.save_pretrained(str(folder))
    model.tokenizer.save_pretrained(str(folder))


def _fresh(kind: Any, config: Any, seed: int) -> Any:
    import torch

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return kind(config)


def _train(
    trained: HuggingFaceModel,
    sequences: Sequence[Sequence[int]],
    setting: GPT2Setting,
    watch: Callable[[HuggingFaceModel, int], None],
) -> None:
    import torch

    model = trained.model
    tokens = torch.nn.utils.rnn.pad_sequence(
        [torch.tensor(s) for s in sequences], batch_first=True, padding_value=-100
    )
    optimiser = torch.optim.AdamW(model.parameters(), lr=setting.learning_rate)
    n_steps = setting.epochs * -(-len(tokens) // setting.batch_size)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, 10 * (step + 1) / n_steps) * (1 - step / n_steps)
    )
    order = torch.Generator().manual_seed(setting.seed)
    watch(trained, 0)
    for epoch in range(setting.epochs):
        model.train()
        for rows in torch.randperm(len(tokens), generator=order).split(setting.batch_size):
            batch = tokens[rows].to(model.device)
            logits = model(batch.clamp(min=0)).logits[:, :-1].flatten(0, 1)
            loss = torch.nn.functional.cross_entropy(logits, batch[:, 1:].flatten())
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
        watch(trained, epoch + 1)
    model.eval()
