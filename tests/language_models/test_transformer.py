"""The transformer: training, checkpoints, and the theorem measured on it."""

import math
import sys

import numpy as np
import pytest

from simulations.facts import zipf_law
from simulations.language_models import (
    ARBITRARY,
    RESPONSES,
    Transformer,
    TransformerConfig,
    make_biographies,
)
from simulations.language_models.biographies import REGULAR
from simulations.language_models.measure import measure, sample_error
from simulations.language_models.transformer import require_torch
from theory.errors import InvalidInput

TINY = TransformerConfig(d_model=32, n_heads=2, epochs=4, batch_size=32, warmup_steps=5)
NEEDS_TORCH = "the transformer needs the torch extra"


def torch_or_skip():
    return pytest.importorskip("torch", reason=NEEDS_TORCH)


@pytest.fixture(scope="module")
def corpus():
    return make_biographies(zipf_law(100), 800, rng=0)


@pytest.fixture(scope="module")
def trained(corpus):
    torch_or_skip()
    config = TransformerConfig(d_model=64, epochs=40, batch_size=32)
    return Transformer(config, device="cpu").fit(corpus.documents)


def weights(model):
    return {name: value.numpy().tobytes() for name, value in model.network.state_dict().items()}


def test_without_torch_the_message_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(InvalidInput, match=r'pip install "hallucination-theory\[torch\]"'):
        require_torch()


def test_learning_rate_warms_up_and_falls_to_zero():
    config = TransformerConfig(learning_rate=1.0, warmup_steps=4)
    assert config.learning_rate_at(0, 100) == pytest.approx(1 / 4)
    assert config.learning_rate_at(50, 100) == pytest.approx((1 + math.cos(math.pi / 2)) / 2)
    assert config.learning_rate_at(100, 100) == pytest.approx(0)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"d_model": 10, "n_heads": 4}, "a multiple of n_heads = 4"),
        ({"epochs": 0}, "epochs must be a whole number >= 1"),
        ({"learning_rate": 0.0}, "learning_rate must be > 0"),
        ({"loss_on": "vibes"}, "'text' or 'last word'"),
    ],
)
def test_bad_configurations_are_refused(change, message):
    with pytest.raises(InvalidInput, match=message):
        TransformerConfig(**change)


@pytest.mark.slow
def test_the_pattern_is_learned_and_the_facts_are_memorised_only(trained, corpus):
    """Repeated facts are known, unseen birthdays are not, unseen name days are."""
    arbitrary = measure(trained, corpus.questions(ARBITRARY))
    regular = measure(trained, corpus.questions(REGULAR))
    assert arbitrary.err_repeated < 0.05
    assert arbitrary.err_unseen > 0.4
    assert regular.err_unseen < 0.15
    for m in (arbitrary, regular):
        assert m.err >= m.bound - 1e-9


@pytest.mark.slow
def test_sampled_error_of_the_transformer_covers_the_enumerated_one(trained, corpus):
    questions = corpus.questions(ARBITRARY)
    exact = measure(trained, questions).err
    assert sample_error(trained, questions, 4000, rng=1, confidence_level=1 - 1e-6).covers(exact)


@pytest.mark.slow
def test_enumeration_does_not_depend_on_what_else_is_asked(trained, corpus):
    """Batching and tree sharing against one prompt, one response at a time."""
    prompts = [*corpus.prompts(ARBITRARY)[:3], *corpus.prompts(REGULAR)[:2]]
    table = trained.log_probs(prompts, RESPONSES)
    for i, j in ((0, 3), (2, 365), (4, 77)):
        assert trained.log_prob(prompts[i], RESPONSES[j]) == pytest.approx(table[i, j], abs=1e-4)
    assert np.exp(table).sum(axis=1) == pytest.approx(1, abs=0.1)


@pytest.mark.slow
def test_delta_falls_as_training_proceeds(corpus):
    """Untrained, all is nonsense and delta is large; pretraining drives it down."""
    torch_or_skip()
    deltas = []

    def watch(model, step):
        if step in (0, 125):
            deltas.append(measure(model, corpus.questions(ARBITRARY)).delta)

    config = TransformerConfig(d_model=64, epochs=5, batch_size=32, warmup_steps=20)
    Transformer(config, device="cpu").fit(corpus.documents, watch=watch)
    assert deltas[1] < deltas[0] / 2


@pytest.mark.slow
def test_interrupted_and_resumed_training_ends_with_the_same_bits(corpus, tmp_path):
    torch_or_skip()
    whole = Transformer(TINY, device="cpu").fit(corpus.documents)
    path = tmp_path / "run.pt"

    def interrupt(model, step):
        if step == 60:  # in the third epoch of 25 steps
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Transformer(TINY, checkpoint=path, device="cpu").fit(corpus.documents, watch=interrupt)
    steps = []
    resumed = Transformer(TINY, checkpoint=path, device="cpu")
    resumed.fit(corpus.documents, watch=lambda model, step: steps.append(step))
    assert steps == list(range(51, 101))
    assert weights(resumed) == weights(whole)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.slow
def test_a_finished_checkpoint_is_the_model(corpus, tmp_path):
    torch_or_skip()
    path = tmp_path / "run.pt"
    first = Transformer(TINY, checkpoint=path, device="cpu").fit(corpus.documents)
    before = path.read_bytes()
    again = Transformer(TINY, checkpoint=path, device="cpu").fit(corpus.documents)
    assert weights(again) == weights(first)
    assert path.read_bytes() == before


@pytest.mark.slow
def test_another_seed_gives_other_weights(corpus):
    torch_or_skip()
    config = TransformerConfig(d_model=32, epochs=1, batch_size=400)
    other = TransformerConfig(d_model=32, epochs=1, batch_size=400, seed=1)
    runs = [Transformer(c, device="cpu").fit(corpus.documents) for c in (config, config, other)]
    assert weights(runs[0]) == weights(runs[1])
    assert weights(runs[0]) != weights(runs[2])


@pytest.mark.slow
def test_a_checkpoint_of_another_run_is_refused(corpus, tmp_path):
    torch_or_skip()
    path = tmp_path / "run.pt"
    Transformer(TINY, checkpoint=path, device="cpu").fit(corpus.documents)
    wider = TransformerConfig(d_model=64, n_heads=2, epochs=4, batch_size=32, warmup_steps=5)
    with pytest.raises(InvalidInput, match=r"the checkpoint must be of d_model=64, got d_model=32"):
        Transformer(wider, checkpoint=path, device="cpu").fit(corpus.documents)
    with pytest.raises(InvalidInput, match="the checkpoint must be of text="):
        Transformer(TINY, checkpoint=path, device="cpu").fit(corpus.documents[1:])
    path.write_bytes(b"no checkpoint")
    with pytest.raises(InvalidInput, match="one that this package wrote"):
        Transformer(TINY, checkpoint=path, device="cpu").fit(corpus.documents)


@pytest.mark.slow
def test_too_long_texts_are_refused(corpus):
    torch_or_skip()
    config = TransformerConfig(max_words=4, epochs=1)
    with pytest.raises(InvalidInput, match=r"at most max_words = 4 long, got 8 at document 0"):
        Transformer(config, device="cpu").fit(["a b c d e f g.", "a b."])
    model = Transformer(config, device="cpu").fit(["a b.", "b a."])
    with pytest.raises(InvalidInput, match="at most 4 words long, got 5"):
        model.log_prob("a b a b a", "b")
