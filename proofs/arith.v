(** Two helpers for inequalities in an ordered field. *)
From mathcomp Require Import all_ssreflect all_algebra.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(** [a <= b] from a certificate: b - a is [d], and [d] is not negative. *)
Lemma le_by (F : numDomainType) (d a b : F) : 0 <= d -> b - a = d -> a <= b.
Proof. by move=> d0 ba; rewrite -subr_ge0 ba. Qed.

Lemma lt_by (F : numDomainType) (d a b : F) : 0 < d -> b - a = d -> a < b.
Proof. by move=> d0 ba; rewrite -subr_gt0 ba. Qed.
