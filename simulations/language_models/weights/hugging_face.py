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
from simulations.language_models.token_models import ResponseTree
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
        """Return ln p_hat(r|c), shape (C, R): what responses share is read once, level by level.

        Raises
        ------
        InvalidInput
            If there is no prompt or response, a token spans the border between them, or the
            tokens of a response begin with those of another one.
        """
        check_text_questions(prompts, responses, temperature)
        return np.array([self._row(prompt, responses, temperature) for prompt in prompts])

    def _row(self, prompt: str, responses: Sequence[str], temperature: float) -> FloatArray:
        import torch

        before, tails = self._tokens(prompt, responses)
        tree, device = ResponseTree.of(dict(enumerate(tails))), self.model.device
        # The last place takes what is not the end of a response: leaf -1.
        found = torch.zeros(len(tails) + 1, dtype=torch.float64, device=device)
        with torch.inference_mode():
            read = self.model(torch.tensor([before], device=device), use_cache=True)
            cache, logits, so_far = read.past_key_values, read.logits, found[:1]
            for level in zip(tree.parents, tree.tokens, tree.leaves, strict=True):
                parents, tokens, leaves = (torch.as_tensor(x, device=device) for x in level)
                logs = torch.log_softmax(logits[:, -1].double() / temperature, -1)
                scores = found[leaves] = so_far[parents] + logs[parents, tokens]
                if (inner := leaves < 0).any():
                    cache.reorder_cache(parents[inner])
                    logits = self.model(tokens[inner, None], cache=cache).logits
                    so_far = scores[inner]
        return np.asarray(found[:-1].cpu().numpy())

    def _tokens(
        self, prompt: str, responses: Sequence[str]
    ) -> tuple[list[int], list[tuple[int, ...]]]:
        question = self.begin + prompt
        texts = [question, *(question + self.delimiter + r + self.end for r in responses)]
        before, *whole = self.tokenizer(texts)["input_ids"]
        for text, tokens in zip(texts[1:], whole, strict=True):
            if not before or tokens[: len(before)] != before or len(tokens) == len(before):
                raise InvalidInput(
                    "the tokens", "such that none spans the border of prompt and response", text
                )
        return before, [tuple(tokens[len(before) :]) for tokens in whole]
