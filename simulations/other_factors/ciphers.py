"""Guessing decryptions of a real cipher with none, part or all of the key (Sec. 3.4, App. D).

The cipher is the prefix cipher of Black and Rogaway (2002): message m is sent to the rank of
AES_S(m) among AES_S(0), ..., AES_S(|M| - 1). It is a bijection of any small message space, and as
hard to tell from a random one as AES is.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

import numpy as np

from simulations.trials import Columns, stack
from theory.arrays import FloatArray, IntArray
from theory.errors import InvalidInput, MissingExtra, require_integer, require_probability
from theory.other_factors import (
    decryption_world,
    observation_2_bound,
    random_ciphertext_distance,
    require_cipher_messages,
)

BLOCK_BYTES = 16


def prefix_cipher(key: int, n_messages: int) -> IntArray:
    """Encrypt every message 0 .. |M| - 1 under one key, shape (|M|,): a permutation.

    Parameters
    ----------
    key : int
        A number; its SHA-256 digest is the AES-128 key.
    n_messages : int
        |M| >= 2.

    Raises
    ------
    InvalidInput
        If the message space has fewer than two messages, or the key is negative.
    MissingExtra
        If the package ``cryptography`` is not installed.
    """
    try:
        from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
    except ImportError as error:
        raise MissingExtra("cryptography", "notebooks", purpose="the cipher") from error

    require_cipher_messages(require_integer("n_messages", n_messages, at_least=0))
    require_integer("key", key, at_least=0)
    aes_key = sha256(b"hallucination-theory" + key.to_bytes(32, "big")).digest()[:BLOCK_BYTES]
    # A pseudo-random permutation of 128-bit blocks needs no mode: no block occurs twice.
    encryptor = Cipher(algorithms.AES(aes_key), modes.ECB()).encryptor()
    blocks = np.zeros((n_messages, 2), dtype=">u8")
    blocks[:, 1] = np.arange(n_messages)
    sent = np.frombuffer(encryptor.update(blocks.tobytes()), dtype=">u8").reshape(-1, 2)
    ranks = np.empty(n_messages, dtype=np.int64)
    ranks[np.lexsort((sent[:, 1], sent[:, 0]))] = np.arange(n_messages)
    return ranks


def decryption(encrypt: IntArray) -> IntArray:
    """Invert a permutation of the message space, shape (|M|,)."""
    return np.argsort(encrypt)


def guesser(
    n_messages: int, key: int, key_bits: int, unknown_bits: int, answer_prob: float
) -> FloatArray:
    """Decrypt as well as the known part of a cipher's key allows: Bayes' rule over the keys left.

    Parameters
    ----------
    n_messages : int
        |M|.
    key : int
        The true key, below 2^key_bits.
    key_bits : int
        Length of the key; at least 1.
    unknown_bits : int
        How many of its lowest bits the guesser lacks; all of them means it has no key.
    answer_prob : float
        How often it answers; else it says IDK.

    Returns
    -------
    ndarray, shape (|M| * (|M| + 1),)
        Model of :func:`theory.other_factors.decryption_world`. With no key the guess is uniform
        over messages: the guesser has no list of candidates to try.

    Raises
    ------
    InvalidInput
        If a number is out of range.
    """
    require_integer("key_bits", key_bits, at_least=1)
    require_integer("unknown_bits", unknown_bits, at_least=0)
    if unknown_bits > key_bits:
        raise InvalidInput("unknown_bits", f"in 0 .. key_bits = {key_bits}", unknown_bits)
    if not 0 <= key < 1 << key_bits:
        raise InvalidInput("key", f"in 0 .. 2^{key_bits} - 1", key)
    alpha = require_probability("answer_prob", answer_prob)
    law = np.empty((n_messages, n_messages + 1))
    law[:, :-1] = _posterior(n_messages, key, key_bits, unknown_bits) * alpha
    law[:, -1] = 1 - alpha
    return law.ravel()


def _posterior(n_messages: int, key: int, key_bits: int, unknown_bits: int) -> FloatArray:
    require_cipher_messages(n_messages)
    if unknown_bits == key_bits:
        return np.full((n_messages, n_messages), 1 / n_messages)
    votes = np.zeros((n_messages, n_messages))
    ciphertexts = np.arange(n_messages)
    first = key >> unknown_bits << unknown_bits
    for candidate in range(first, first + (1 << unknown_bits)):
        votes[ciphertexts, decryption(prefix_cipher(candidate, n_messages))] += 1
    return votes / (1 << unknown_bits)


@dataclass(frozen=True)
class Guessed:
    """One guesser against Observation 2.

    Attributes
    ----------
    unknown_bits : int
        Bits of the key that it lacks.
    err, beta, size_ratio, delta, bound : float
        As in :class:`theory.other_factors.hardness.HardnessBound`.
    """

    unknown_bits: int
    err: float
    beta: float
    size_ratio: float
    delta: float
    bound: float


def compare_guessers(
    *,
    rng: np.random.Generator | int,
    n_messages: int = 128,
    key_bits: int = 12,
    answer_prob: float = 0.9,
) -> Columns:
    """Take a cipher's key from a guesser bit by bit (Observation 2).

    Parameters
    ----------
    rng : numpy Generator or int
        Draws the key.
    n_messages : int
        |M| >= 2.
    key_bits : int
        Length of the key, at least 1.
    answer_prob : float
        1 minus the probability of IDK, of the training data and of every guesser.

    Returns
    -------
    dict of str to ndarray
        Columns of :class:`Guessed`, from the whole key to none.

    Raises
    ------
    InvalidInput
        If a number is out of range.
    """
    require_integer("key_bits", key_bits, at_least=1)
    key = int(np.random.default_rng(rng).integers(1 << key_bits))
    world = decryption_world(decryption(prefix_cipher(key, n_messages)), answer_prob)
    rows = []
    for unknown in range(key_bits + 1):
        p_hat = guesser(n_messages, key, key_bits, unknown, answer_prob)
        found = observation_2_bound(world, p_hat)
        rows.append(
            Guessed(unknown, **{k: float(v) for k, v in found.terms().items() if k != "slack"})
        )
    return stack(rows)


def _injective_cipher(key: int, n_messages: int, n_ciphertexts: int) -> IntArray:
    """Encrypt into a larger ciphertext space, shape (|M|,): what erratum 5 is about.

    Raises
    ------
    InvalidInput
        If |M| < 2 or |H| < |M|.
    """
    require_integer("n_ciphertexts", n_ciphertexts, at_least=n_messages)
    require_cipher_messages(n_messages)
    return prefix_cipher(key, n_ciphertexts)[:n_messages]


def membership_advantages(key: int, n_messages: int, n_ciphertexts: int) -> tuple[float, float]:
    """What knowing which ciphertexts a drawn key uses is worth, by enumeration (erratum 5).

    The judge says "valid" if the ciphertext is one that some message has, and knows nothing else.

    Returns
    -------
    in_iiv, in_random_pairs : float
        1 - 2 * its error rate under D, where it is worth nothing, and under App. D's pairs (half
        right ones, half a message with a random wrong ciphertext).

    Raises
    ------
    InvalidInput
        As :func:`_injective_cipher`.
    """
    encrypt = _injective_cipher(key, n_messages, n_ciphertexts)
    in_use = np.zeros(n_ciphertexts, dtype=bool)
    in_use[encrypt] = True
    wrong = np.ones((n_messages, n_ciphertexts), dtype=bool)
    wrong[np.arange(n_messages), encrypt] = False
    # D shows a wrong message with the ciphertext of another one, so with a ciphertext in use.
    accepted_iiv = float(in_use[encrypt].mean())
    accepted_random = in_use[np.nonzero(wrong)[1]].mean()
    return 1 - accepted_iiv, float(1 - accepted_random)


def non_bijective(
    *, rng: np.random.Generator | int, n_messages: int = 64, factors: tuple[int, ...] = (1, 2, 4, 8)
) -> Columns:
    """Draw ciphers that use ever fewer ciphertexts: both advantages of a judge of membership.

    Returns
    -------
    dict of str to ndarray
        Columns ``n_ciphertexts``, ``in_iiv``, ``in_random_pairs`` and ``distance``, the total
        variation distance of the two laws (``random_ciphertext_distance``).
    """
    key = int(np.random.default_rng(rng).integers(1 << 31))
    rows = []
    for n_ciphertexts in (f * n_messages for f in factors):
        in_iiv, in_random_pairs = membership_advantages(key, n_messages, n_ciphertexts)
        distance = float(random_ciphertext_distance(n_messages, n_ciphertexts))
        rows.append(
            {
                "n_ciphertexts": n_ciphertexts,
                "in_iiv": in_iiv,
                "in_random_pairs": in_random_pairs,
                "distance": distance,
            }
        )
    return stack(rows)
