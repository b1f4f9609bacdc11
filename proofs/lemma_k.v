(** X9, Lemma K, its coefficients: with b = e^theta - 1 >= 0, 0 <= a <= 1 and eta = 1/(2 (1 + b)), all
    coefficients of e^(-eta w) (e^w + b w - a) are >= 0. Stated for the n-th coefficient times n!. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
From Hallucination Require Import arith.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section LemmaK.
Variables (F : realFieldType) (a b : F).

Hypothesis b_nonnegative : 0 <= b.
Hypothesis a_nonnegative : 0 <= a.
Hypothesis a_at_most_1 : a <= 1.

Let eta : F := (2%:R * (1 + b))^-1.

(** (1 + 2b)^n >= 1 + 2nb + 2n(n - 1)b^2. *)
Let second_order (n : nat) :
  1 + 2%:R * n%:R * b + 2%:R * (n%:R * (n%:R - 1)) * b ^+ 2 <= (1 + 2%:R * b) ^+ n.
Proof.
have b2 : 0 <= 2%:R * b by rewrite mulr_ge0 ?ler0n.
elim: n => [|n IH]; first by rewrite expr0 !(mul0r, mulr0) !addr0.
rewrite [leRHS]exprSr; apply: (le_trans _ (ler_wpmul2r (addr_ge0 ler01 b2) IH)).
apply: (le_by _ (4%:R * (n%:R * (n%:R - 1)) * b ^+ 3)); last by rewrite -addn1 natrD; ring.
rewrite mulr_ge0 ?exprn_ge0 // mulr_ge0 ?ler0n //.
by case: n {IH} => [|n]; rewrite ?mul0r // mulr_ge0 ?ler0n // subr_ge0 ler1n.
Qed.

Theorem lemma_K_coefficients (n : nat) :
  0 <= (1 - eta) ^+ n - a * (- eta) ^+ n + b * n%:R * (- eta) ^+ n.-1.
Proof.
have b1 : 0 < 1 + b by rewrite ltr_paddr ?ltr01.
have two : 0 < 2%:R * (1 + b) by rewrite mulr_gt0 ?ltr0n.
have eta0 : 0 < eta by rewrite /eta invr_gt0.
have inverse : eta * (2%:R * (1 + b)) = 1 by rewrite /eta mulVf ?gt_eqF.
case: n => [|n]; first by rewrite !expr0 mulr0 mul0r addr0 mulr1 subr_ge0.
have big : 1 - eta = eta * (1 + 2%:R * b).
  by rewrite -[X in X - _]inverse; ring.
have drop : (- eta) ^+ n = eta ^+ n.+1 * ((-1) ^+ n * (2%:R * (1 + b))).
  rewrite [LHS]exprNn [eta ^+ n.+1]exprS.
  transitivity ((-1) ^+ n * eta ^+ n * (eta * (2%:R * (1 + b)))).
    by rewrite inverse mulr1.
  by move: ((-1) ^+ n) (eta ^+ n) => s e'; ring.
rewrite big exprMn [(- eta) ^+ n.+1]exprNn drop.
apply: (le_by _ (eta ^+ n.+1 * ((1 + 2%:R * b) ^+ n.+1 + (-1) ^+ n * (a + 2%:R * n.+1%:R * b * (1 + b)))));
  last by rewrite subr0 [(-1) ^+ n.+1]exprS;
    move: ((-1) ^+ n) (eta ^+ n.+1) ((1 + 2%:R * b) ^+ n.+1) => s e' x; ring.
apply: mulr_ge0; first by rewrite exprn_ge0 // ltW.
have rest : 0 <= a + 2%:R * n.+1%:R * b * (1 + b).
  by rewrite addr_ge0 // !mulr_ge0 ?ler0n // ltW.
rewrite -signr_odd; case: (boolP (odd n)) => [odd_n|_]; last first.
  rewrite expr0 mul1r; apply: (addr_ge0 _ rest); apply: exprn_ge0.
  by apply: addr_ge0; [exact: ler01 | rewrite mulr_ge0 ?ler0n].
rewrite expr1 mulN1r subr_ge0; apply: (le_trans _ (second_order n.+1)).
apply: (le_by _ ((1 - a) + 2%:R * (n.+1%:R * (n.+1%:R - 2%:R)) * b ^+ 2)); last by ring.
rewrite addr_ge0 ?subr_ge0 // mulr_ge0 ?exprn_ge0 // !mulr_ge0 ?ler0n //.
by rewrite subr_ge0 ler_nat; case: n odd_n {drop rest}.
Qed.
End LemmaK.
