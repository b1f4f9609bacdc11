"""The transformer's network, a small decoder, and its states on disk. Importing it needs PyTorch.

A state is written in one step and read only for the run that wrote it.
"""

from __future__ import annotations

import os
import pickle
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from theory.errors import InvalidInput


class Block(nn.Module):  # type: ignore[misc]  # torch is read without its types
    """Causal self-attention and a two-layer perceptron, each after a layer norm."""

    def __init__(self, d_model: int, n_heads: int) -> None:
        super().__init__()
        self.n_heads = n_heads
        self.norm_attention, self.norm_mlp = nn.LayerNorm(d_model), nn.LayerNorm(d_model)
        self.attention_in = nn.Linear(d_model, 3 * d_model, bias=False)
        self.attention_out = nn.Linear(d_model, d_model, bias=False)
        self.mlp = nn.Sequential(
            nn.Linear(d_model, 4 * d_model), nn.GELU(), nn.Linear(4 * d_model, d_model)
        )

    def forward(self, x: Any) -> Any:
        """Map hidden states, shape (B, T, d_model), to hidden states."""
        B, T, d_model = x.shape
        heads = self.attention_in(self.norm_attention(x)).view(B, T, 3, self.n_heads, -1)
        query, key, value = heads.permute(2, 0, 3, 1, 4)
        mixed = functional.scaled_dot_product_attention(query, key, value, is_causal=True)
        x = x + self.attention_out(mixed.transpose(1, 2).reshape(B, T, d_model))
        return x + self.mlp(self.norm_mlp(x))


class Decoder(nn.Module):  # type: ignore[misc]
    """Words and positions embedded, a stack of blocks, output weights tied to the embedding."""

    def __init__(
        self, n_tokens: int, max_length: int, d_model: int, n_layers: int, n_heads: int
    ) -> None:
        super().__init__()
        self.words = nn.Embedding(n_tokens, d_model)
        self.positions = nn.Embedding(max_length, d_model)
        self.blocks = nn.Sequential(*(Block(d_model, n_heads) for _ in range(n_layers)))
        self.norm = nn.LayerNorm(d_model)
        for table in (self.words, self.positions):
            nn.init.normal_(table.weight, std=0.02)

    def forward(self, tokens: Any, *, last_only: bool = False) -> Any:
        """Return the logits of the next token, shape (B, T, n_tokens), or (B, n_tokens)."""
        x = self.words(tokens) + self.positions.weight[: tokens.shape[1]]
        x = self.norm(self.blocks(x))
        return functional.linear(x[:, -1] if last_only else x, self.words.weight)


def loss_of(network: Decoder, tokens: Any, targets: Any) -> Any:
    """Return the mean cross-entropy in nats; targets below 0 do not count."""
    logits = network(tokens)
    return functional.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=-1)


def build(seed: int, device: str, **shape: int) -> Decoder:
    """Return a freshly initialised transformer network, the same for one seed on every device."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        decoder: Decoder = Decoder(**shape).to(device)
        return decoder


def save_checkpoint(path: Path, state: dict[str, Any]) -> None:
    """Write the state beside ``path`` and move it there: an interruption leaves the old one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.partial")
    torch.save(state, partial)
    os.replace(partial, path)


def load_checkpoint(path: Path, identity: dict[str, Any], *, device: str) -> dict[str, Any]:
    """Read a state back if it belongs to the run described by ``identity``.

    Parameters
    ----------
    path : Path
        An existing file.
    identity : dict
        What must agree: the saved state has it under ``"identity"``.
    device : str
        Where tensors go.

    Raises
    ------
    InvalidInput
        If the file is no checkpoint, or one of another configuration or training text.
    """
    try:
        state: dict[str, Any] = torch.load(path, map_location=device, weights_only=True)
        saved = state["identity"]
    except (RuntimeError, EOFError, KeyError, TypeError, pickle.UnpicklingError) as error:
        raise InvalidInput(
            "the checkpoint", "one that this package wrote", f"an unreadable file {path}"
        ) from error
    differing = [key for key in identity if saved.get(key) != identity[key]]
    if differing:
        raise InvalidInput(
            "the checkpoint",
            ", ".join(f"of {key}={_short(identity[key])}" for key in differing),
            ", ".join(f"{key}={_short(saved.get(key))}" for key in differing),
            where=str(path),
            remedy="name another file, or delete this one",
        )
    return state


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 20 else f"{text[:17]}..."
