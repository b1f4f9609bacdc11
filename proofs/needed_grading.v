(** Observation 1, the answer rule and behavioural calibration need each of their hypotheses. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Hallucination Require Import grading.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Notation Q := [realFieldType of rat].

(** ** Observation 1: a belief, graders and an abstention that no answer beats *)
Section Claim.
Variables (G R : finType) (abstention : pred R) (grade : G -> R -> bool) (belief : G -> Q).
Definition belief_nonnegative : Prop := forall g, 0 <= belief g.
Definition belief_sums_to_1 : Prop := \sum_g belief g = 1.
Definition abstentions_earn_0 : Prop := forall g r, abstention r -> grade g r = false.
Definition some_answer_earns_1 : Prop := forall g, exists r, grade g r = true.
Definition an_abstention_is_optimal : Prop := exists2 a, abstention a &
  forall r, expected_grade Q G R belief grade r <= expected_grade Q G R belief grade a.
End Claim.

(** Responses 0 and 1 are answers, 2 abstains. *)
Definition idk : pred 'I_3 := fun r => r == 2%N :> nat.
Definition abstain : 'I_3 := Ordinal (isT : 2 < 3)%N.
Definition first : 'I_3 := Ordinal (isT : 0 < 3)%N.

Ltac by_computing := case=> [[|[|[|?]]]];
  first [by move=> ?; rewrite /expected_grade !big_ord_recl !big_ord0; vm_compute | by []].

Lemma observation_1_needs_belief_nonnegative :
  exists (grade : 'I_3 -> 'I_3 -> bool) (belief : 'I_3 -> Q),
  [/\ belief_sums_to_1 _ belief, abstentions_earn_0 _ _ idk grade, some_answer_earns_1 _ _ grade
    & an_abstention_is_optimal _ _ idk grade belief].
Proof.
pose grade (g r : 'I_3) := (r < 2)%N && ((g == r :> nat) || (g == 2%N :> nat)).
pose belief (g : 'I_3) : Q := nth 0 [:: 2%:R; 2%:R; - 3%:R] g.
exists grade, belief; split.
- by rewrite /belief_sums_to_1 !big_ord_recl big_ord0; apply/eqP; vm_compute.
- by move=> g r; rewrite /idk /grade => /eqP ->.
- move=> g; exists (if g == 1%N :> nat then Ordinal (isT : 1 < 3)%N else first).
  by case: g => [[|[|[|n]]] le].
- by exists abstain; [| by_computing].
Qed.

Lemma observation_1_needs_belief_sums_to_1 :
  exists (grade : 'I_1 -> 'I_3 -> bool) (belief : 'I_1 -> Q),
  [/\ belief_nonnegative _ belief, abstentions_earn_0 _ _ idk grade, some_answer_earns_1 _ _ grade
    & an_abstention_is_optimal _ _ idk grade belief].
Proof.
exists (fun _ r => r == 0%N :> nat), (fun=> 0); split.
- by [].
- by move=> g r /eqP ->.
- by move=> g; exists first.
- by exists abstain; [| by_computing].
Qed.

Lemma observation_1_needs_no_credit_for_abstaining :
  exists (grade : 'I_1 -> 'I_3 -> bool) (belief : 'I_1 -> Q),
  [/\ belief_nonnegative _ belief, belief_sums_to_1 _ belief, some_answer_earns_1 _ _ grade
    & an_abstention_is_optimal _ _ idk grade belief].
Proof.
exists (fun _ _ => true), (fun=> 1); split.
- by [].
- by rewrite /belief_sums_to_1 big_ord1.
- by move=> g; exists first.
- by exists abstain; [| by_computing].
Qed.

Lemma observation_1_needs_an_accepted_answer :
  exists (grade : 'I_1 -> 'I_3 -> bool) (belief : 'I_1 -> Q),
  [/\ belief_nonnegative _ belief, belief_sums_to_1 _ belief, abstentions_earn_0 _ _ idk grade
    & an_abstention_is_optimal _ _ idk grade belief].
Proof.
exists (fun _ _ => false), (fun=> 1); split.
- by [].
- by rewrite /belief_sums_to_1 big_ord1.
- by [].
- by exists abstain; [| by_computing].
Qed.

(** ** The answer rule needs t < 1 *)
Lemma answer_rule_needs_t_below_1 :
  exists t q : Q, [/\ t = 2%:R, 0 <= q <= 1 & (0 < expected_points Q t q) <> (t < q)].
Proof. by exists 2%:R, 1; split; [| vm_compute | vm_compute]. Qed.

Lemma answer_rule_fails_at_t_1 :
  exists q : Q, 0 <= q <= 1 /\ (0 < expected_points Q 1 q) <> (1 < q).
Proof. by exists 1; split; vm_compute. Qed.

(** ** Behavioural calibration needs answers given with probabilities, and t < 1 *)
Lemma behavioural_calibration_needs_probabilities : exists (t : Q) (q a : 'I_1 -> Q),
  t < 1 /\ policy_score Q t _ q (calibrated_answers Q t _ q) < policy_score Q t _ q a.
Proof.
exists 0, (fun=> 1), (fun=> 2%:R); split; first by vm_compute.
by rewrite /policy_score !big_ord1 /calibrated_answers; vm_compute.
Qed.

Lemma behavioural_calibration_needs_t_below_1 : exists (t : Q) (q a : 'I_1 -> Q),
  (forall i, 0 <= a i <= 1)
  /\ policy_score Q t _ q (calibrated_answers Q t _ q) < policy_score Q t _ q a.
Proof.
exists 2%:R, (fun=> 1), (fun=> 1); split; first by move=> i; vm_compute.
by rewrite /policy_score !big_ord1 /calibrated_answers; vm_compute.
Qed.
