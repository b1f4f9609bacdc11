"""Replies in six languages: which answer the question, and which abstain.

- ``lexicon``: the words of each language by what they do, from ``languages/*.toml``.
- ``features``: the n-grams of a reply, of its letters, words and kinds of words, hashed.
- ``classifier``: the learned weights and the two thresholds.
- ``own``: a user's own language, as patterns.
"""
