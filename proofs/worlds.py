"""Write ``worlds.v``: rational worlds whose quantities this package states and Coq computes anew.

``python -m proofs.worlds`` writes the file; a test compares the file with what would be written,
and ``make proofs`` lets Coq prove every number in it.
"""

from __future__ import annotations

from fractions import Fraction as F
from pathlib import Path

from theory.arrays import Array
from theory.reduction import (
    World,
    generative_error,
    iiv_error,
    per_prompt_threshold,
    signed_gap,
    theorem_1_bound,
    tight_world,
)

FILE = Path(__file__).resolve().with_name("worlds.v")
HEAD = """\
(** Rational worlds: every number below was computed by the Python package (exact fractions) and is
    proved here from the definitions. Written by [python -m proofs.worlds]; do not edit. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Hallucination Require Import world tables.
Import GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Notation "a // b" := (a%:R / b%:R : rat) (at level 40).

Ltac same := by apply/eqP; vm_compute.
Ltac agree :=
  split; first (rewrite kE; same); split; first (rewrite KE; same);
  split; first (rewrite errE; same); split; first (rewrite iiv_commonE; same);
  split; first (rewrite gap_commonE; same); split; first (rewrite overshoot_commonE; same);
  split; first (rewrite unused_commonE; same); split; first (rewrite iiv_ownE; same);
  rewrite gap_ownE; same.
"""


def worlds() -> dict[str, tuple[World, list[F] | Array]]:
    """Return worlds by name: ragged, with nonsense, at and above 1/K, a prompt never asked."""
    readme = World(p=[F(1), F(0), F(0)], valid=[True, False, False])
    ragged = World(
        p=[F(1, 3), F(2, 3), F(0), F(0), F(0), F(1), F(0), F(0)],
        valid=[True, True, False, False, False, True, False, False],
        n_responses=[5, 3],
        mu=[F(2, 5), F(3, 5)],
        nonsense=[False] * 4 + [True] + [False] * 3,
    )
    ragged_model = [F(n, 60) for n in (10, 35, 5, 3, 7)] + [F(1, 2), F(3, 10), F(1, 5)]
    facts = World(
        p=[F(1, 2), F(1, 2), F(0), F(0), F(0)] * 2 + [F(1), F(0)],
        valid=[True, True, False, False, False] * 2 + [True, False],
        n_responses=[5, 5, 2],
        mu=[F(1, 3), F(2, 3), F(0)],
    )
    facts_model = [F(0), F(1), F(0), F(0), F(0)] + [F(1, 3)] * 3 + [F(0)] * 2 + [F(1, 7), F(6, 7)]
    wild = World(
        p=[F(3, 4), F(1, 4), F(0), F(0), F(0), F(0)],
        valid=[True, True, False, False, False, False],
        nonsense=[False] * 5 + [True],
    )
    return {
        "wild": (wild, [F(1, 10), F(0), F(2, 5), F(0), F(0), F(1, 2)]),
        "readme": (readme, [F(1, 2), F(1, 4), F(1, 4)]),
        "tight": tight_world(3, 7),
        "ragged": (ragged, ragged_model),
        "facts": (facts, facts_model),
    }


def source() -> str:
    """Return the text of ``worlds.v``."""
    return HEAD + "".join(_world(name, *case) for name, case in worlds().items())


def _world(name: str, world: World, p_hat: list[F] | Array) -> str:
    result = theorem_1_bound(world, p_hat)
    own = per_prompt_threshold(world)
    terms = result.slack_terms
    prompts = ";\n      ".join(_prompt(world, p_hat, c) for c in range(world.n_prompts))
    W, q = f"(world_of {name})", f"(model_of {name})"
    z, z_own = f"(common_threshold {W})", f"(own_threshold {W})"
    claims = [
        f"k {W} = {world.max_valid}%N",
        f"K {W} = {world.min_errors}%N",
        f"err {q} = {_number(generative_error(world, p_hat))}",
        f"iiv_error {q} {z} = {_number(result.err_iiv)}",
        f"gap {q} {z} = {_number(result.signed_gap)}",
        f"overshoot {q} {z} = {_number(terms.overshoot)}",
        f"unused_room {q} {z} = {_number(terms.unused_room)}",
        f"iiv_error {q} {z_own} = {_number(iiv_error(world, p_hat, own))}",
        f"gap {q} {z_own} = {_number(signed_gap(world, p_hat, own))}",
    ]
    conjunction = " /\\\n  ".join(claims)
    return (
        f"\nDefinition {name} : table :=\n  [:: {prompts}].\n"
        f"Lemma {name}_agrees :\n  {conjunction}.\nProof. agree. Qed.\n"
    )


def _prompt(world: World, p_hat: list[F] | Array, c: int) -> str:
    first = int(world.starts[c])
    rows = range(first, first + int(world.n_responses[c]))
    return f"({_number(world.mu[c])}, [:: {'; '.join(_row(world, p_hat, i) for i in rows)}])"


def _row(world: World, p_hat: list[F] | Array, i: int) -> str:
    kind = "Valid" if world.valid[i] else "Nonsense" if world.nonsense[i] else "PlausibleError"
    return f"({kind}, {_number(world.p[i])}, {_number(p_hat[i])})"


def _number(x: F) -> str:
    size = f"{abs(x.numerator)}//{x.denominator}"
    return f"- ({size})" if x < 0 else size


if __name__ == "__main__":
    FILE.write_text(source(), encoding="utf-8")
