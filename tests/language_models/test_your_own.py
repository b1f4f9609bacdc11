"""The page for people with a model of their own: its recipe for counting, on the corpus here."""

import csv
import re
from pathlib import Path

import pandas as pd
import pytest

from simulations.facts import zipf_law
from simulations.language_models import make_biographies
from simulations.language_models.biographies import ATTRIBUTES, DATES

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "notebooks" / "your_language_model.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
(RECIPE,) = [code for code in BLOCKS if "duckdb" in code]


def counted(folder, monkeypatch, corpus, attribute, wordings, recipe=RECIPE):
    """Run the recipe as it stands; return the counts in the order of the people."""
    monkeypatch.chdir(folder)
    Path("corpus.txt").write_text("\n".join(corpus.documents) + "\n")
    with Path("aliases.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("question", "alias", "answer"))
        for phrasing in range(wordings):
            for i, alias in enumerate(corpus.prompts(attribute, phrasing)):
                writer.writerow((f"{i:04d}", alias, DATES[corpus.truth(attribute)[i]]))
    exec(recipe, {})
    return pd.read_csv("counts.csv")["count"].to_numpy()


@pytest.mark.parametrize("attribute", ATTRIBUTES)
def test_the_recipe_counts_what_the_corpus_knows(tmp_path, monkeypatch, attribute):
    corpus = make_biographies(zipf_law(40), 300, n_phrasings=3, rng=1)
    known = corpus.sample(attribute).n_answers
    found = counted(tmp_path, monkeypatch, corpus, attribute, wordings=3)
    assert found.tolist() == known.tolist()


def test_one_name_of_several_misses_lines(tmp_path, monkeypatch):
    corpus = make_biographies(zipf_law(40), 300, n_phrasings=3, rng=1)
    known = corpus.sample(ATTRIBUTES[0]).n_answers
    found = counted(tmp_path, monkeypatch, corpus, ATTRIBUTES[0], wordings=1)
    assert (found <= known).all()
    assert found.sum() < 0.8 * known.sum()


def test_an_answer_without_word_borders_is_counted_falsely(tmp_path, monkeypatch):
    """The corpus says May 10, too, of people born on May 1: both lines hold "May 1"."""
    corpus = make_biographies(zipf_law(40), 300, rng=1)
    lines = [text for text in corpus.documents if "born" in text]
    blurred = [re.sub(r"(January|May|June|March) (1|2)\.", r"\1 \g<2>0.", text) for text in lines]

    class Twice:
        documents = [*lines, *(text for text in blurred if text not in lines)]
        prompts, truth = corpus.prompts, corpus.truth

    plain = r"regexp_matches(line, '(^|\W)' || regexp_escape(answer) || '(\W|$)')"
    assert plain in RECIPE
    naive = RECIPE.replace(plain, "contains(line, answer)")
    right = counted(tmp_path, monkeypatch, Twice, ATTRIBUTES[0], wordings=1)
    false = counted(tmp_path, monkeypatch, Twice, ATTRIBUTES[0], wordings=1, recipe=naive)
    assert right.tolist() == corpus.sample(ATTRIBUTES[0]).n_answers.tolist()
    assert len(Twice.documents) > len(lines)
    assert false.sum() > right.sum()


def test_counts_alone_predict_weakly():
    """The stored study: never seen, a name day is told from its pattern, a birthday is not."""
    table = pd.read_csv(ROOT / "figures/language_models/data/study_transformer.csv")
    fame = table[(table.factor == "fame") & (table.setting == "zipf 1")].set_index("attribute")
    assert fame.err_unseen["name day"] < fame.err_unseen["birthday"] / 2
