"""A Hugging Face model as one that can be weighed; needs the extra ``transformers``.

The texts around a response are the user's to say: what begins a text, what stands between prompt
and response, what ends it. A begin-of-sequence token that training had and weighing lacks moves
log-likelihoods by many nats.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np

from simulations.language_models.interface import WeighedModel, check_text_questions
from theory.arrays import FloatArray
from theory.errors import InvalidInput, require


@dataclass(frozen=True)
class HuggingFaceModel(WeighedModel):
    """A causal language model with its tokenizer.

    Attributes
    ----------
    model, tokenizer : transformers objects
        As ``AutoModelForCausalLM`` and ``AutoTokenizer`` load them.
    begin, delimiter, end : str
        Text before each prompt (a begin-of-sequence token), before and after each response.
    """

    model: Any
    tokenizer: Any
    begin: str = ""
    delimiter: str = " "
    end: str = ""

    @classmethod
    def load(cls, folder: Path, **texts: str) -> Self:
        """Load model and tokenizer from a folder, without network.

        Raises
        ------
        MissingExtra
            If transformers is not installed.
        """
        hf = require("transformers", "transformers", "a Hugging Face model")
        model = hf.AutoModelForCausalLM.from_pretrained(str(folder), local_files_only=True).eval()
        return cls(
            model, hf.AutoTokenizer.from_pretrained(str(folder), local_files_only=True), **texts
        )

    def log_probs(
        self, prompts: Sequence[str], responses: Sequence[str], *, temperature: float = 1.0
    ) -> FloatArray:
        """Return ln p_hat(r|c), shape (C, R): the prompt is read once, all responses in a batch.

        Raises
        ------
        InvalidInput
            If there is no prompt or response, or a token spans the border between them.
        """
        check_text_questions(prompts, responses, temperature)
        return np.array([self._row(prompt, responses, temperature) for prompt in prompts])

    def _row(self, prompt: str, responses: Sequence[str], temperature: float) -> FloatArray:
        import torch

        before, tails = self._tokens(prompt, responses)
        longest = max(map(len, tails))
        tokens = torch.tensor([tail + [0] * (longest - len(tail)) for tail in tails])
        told = torch.tensor([[i < len(tail) for i in range(longest)] for tail in tails])
        with torch.inference_mode():
            read = self.model(torch.tensor([before]), use_cache=True)
            logits = read.logits[:, -1:].expand(len(tails), 1, -1)
            if longest > 1:
                read.past_key_values.batch_repeat_interleave(len(tails))
                rest = self.model(tokens[:, :-1], cache=read.past_key_values).logits
                logits = torch.cat([logits, rest], dim=1)
            logs = torch.log_softmax(logits.double() / temperature, -1)
            chosen = logs.gather(-1, tokens[..., None])[..., 0]
        return np.asarray((chosen * told).sum(1).numpy())

    def _tokens(self, prompt: str, responses: Sequence[str]) -> tuple[list[int], list[list[int]]]:
        question = self.begin + prompt
        before = self.tokenizer(question)["input_ids"]
        texts = [question + self.delimiter + response + self.end for response in responses]
        tails = []
        for text, tokens in zip(texts, self.tokenizer(texts)["input_ids"], strict=True):
            if not before or tokens[: len(before)] != before or len(tokens) == len(before):
                raise InvalidInput(
                    "the tokens", "such that none spans the border of prompt and response", text
                )
            tails.append(tokens[len(before) :])
        return before, tails
