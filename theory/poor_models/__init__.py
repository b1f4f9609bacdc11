"""Chapter 5: models too poor to tell valid from erroneous (Sec. 3.3.2, App. C).

===================  =====================================================================
``error_curve``      err_iiv at every threshold
``linear``           opt(G) of linear scores, by integer programming
``multiple_choice``  Theorems 3 and 4
``ngram_counts``     counting n-grams with sorted keys
``ngram_fits``       maximum likelihood, Kneser-Ney
``ngram_opt``        opt(G) of n-gram models; the pronoun world of Corollary 2
``ngrams``           n-gram language models: conditional probabilities, batched scoring
``opt``              opt(G) of finite families and of views; err >= 2 opt(G) - k/K - delta
``planar``           opt(G) of lines in the plane, by enumeration
``vocabulary``       words as numbers, encoded sentences
===================  =====================================================================
"""

from theory.poor_models.error_curve import best_threshold
from theory.poor_models.linear import opt_linear
from theory.poor_models.multiple_choice import theorem_3_bound, theorem_4
from theory.poor_models.ngram_counts import MISSING, NGramCounts, count_ngrams, locate, row_starts
from theory.poor_models.ngram_fits import fit_kneser_ney, fit_maximum_likelihood
from theory.poor_models.ngram_opt import (
    PRONOUN_PROMPTS,
    PRONOUN_RESPONSES,
    opt_ngrams,
    opt_ngrams_below,
    pronoun_world,
)
from theory.poor_models.ngrams import NGramLevel, NGramModel
from theory.poor_models.opt import ExactOpt, opt_bound, opt_of_family, opt_of_view
from theory.poor_models.planar import opt_planar
from theory.poor_models.vocabulary import BEGIN, END, Sentences, Vocabulary

__all__ = [
    "BEGIN",
    "END",
    "MISSING",
    "PRONOUN_PROMPTS",
    "PRONOUN_RESPONSES",
    "ExactOpt",
    "NGramCounts",
    "NGramLevel",
    "NGramModel",
    "Sentences",
    "Vocabulary",
    "best_threshold",
    "count_ngrams",
    "fit_kneser_ney",
    "fit_maximum_likelihood",
    "locate",
    "opt_bound",
    "opt_linear",
    "opt_ngrams",
    "opt_ngrams_below",
    "opt_of_family",
    "opt_of_view",
    "opt_planar",
    "pronoun_world",
    "row_starts",
    "theorem_3_bound",
    "theorem_4",
]
