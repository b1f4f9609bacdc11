(** Observation 1, the answer rule at a confidence target, behavioural calibration, X6.

    Paper: Sec. 4.1-4.2, App. E; X6: the project's own. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
From Hallucination Require Import arith.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(** ** Observation 1: finitely many responses at one prompt, finitely many graders, a belief *)
Definition expected_grade (F : realFieldType) (G R : finType) (belief : G -> F)
  (grade : G -> R -> bool) (r : R) : F := \sum_g belief g * (grade g r)%:R.

Section Observation1.
Variables (F : realFieldType) (G R : finType).
Variables (abstention : pred R) (grade : G -> R -> bool) (belief : G -> F).

Hypothesis belief_nonnegative : forall g, 0 <= belief g.
Hypothesis belief_sums_to_1 : \sum_g belief g = 1.
Hypothesis abstentions_earn_0 : forall g r, abstention r -> grade g r = false.
Hypothesis some_answer_earns_1 : forall g, exists r, grade g r = true.

(** Whoever abstains could do strictly better with some answer: no abstention is optimal. *)
Theorem observation_1 a : abstention a -> exists r,
  ~~ abstention r /\ expected_grade F G R belief grade a < expected_grade F G R belief grade r.
Proof.
move=> idk; have [g g_likely] : exists g, 0 < belief g.
  have [/existsP //|/existsPn none] := boolP [exists g, 0 < belief g].
  have /eqP := belief_sums_to_1; rewrite big1 ?(eq_sym 0) ?oner_eq0 // => g _.
  by apply/eqP; rewrite eq_le belief_nonnegative leNgt none.
have [r accepted] := some_answer_earns_1 g; exists r; split.
  by apply/negP => /(abstentions_earn_0 g); rewrite accepted.
have -> : expected_grade F G R belief grade a = 0.
  by rewrite /expected_grade big1 // => g' _; rewrite abstentions_earn_0 ?mulr0.
rewrite /expected_grade (bigD1 g) //= accepted mulr1 ltr_paddr //.
by apply: sumr_ge0 => g' _; rewrite mulr_ge0 ?ler0n.
Qed.
End Observation1.

(** ** Confidence target t: correct 1, IDK 0, wrong -t/(1 - t) *)
Definition penalty (F : realFieldType) (t : F) : F := t / (1 - t).

(** Expected points of an answer that is right with probability q. *)
Definition expected_points (F : realFieldType) (t q : F) : F := q * 1 + (1 - q) * - penalty F t.

Lemma penalties_of_the_paper (F : realFieldType) : [/\ penalty F 0 = 0, penalty F (1 / 2%:R) = 1,
  penalty F (3%:R / 4%:R) = 3%:R & penalty F (9%:R / 10%:R) = 9%:R].
Proof.
have one : 1 - 1 / 2%:R = 1 / 2%:R :> F by field.
have two : 1 - 3%:R / 4%:R = 1 / 4%:R :> F by field.
have three : 1 - 9%:R / 10%:R = 1 / 10%:R :> F by field.
by split; rewrite /penalty ?mul0r // ?one ?two ?three; field; rewrite ?oner_eq0.
Qed.

Section AnswerRule.
Variables (F : realFieldType) (t : F).

Hypothesis t_below_1 : t < 1.

Let room : 0 < 1 - t. Proof. by rewrite subr_gt0. Qed.

Theorem expected_points_are q : expected_points F t q = (q - t) / (1 - t).
Proof. by rewrite /expected_points /penalty; field; rewrite lt0r_neq0. Qed.

(** Answering beats abstaining iff q > t, ties at q = t, and loses below. *)
Theorem answer_iff_confident q : (0 < expected_points F t q) = (t < q).
Proof. by rewrite expected_points_are pmulr_lgt0 ?invr_gt0 // subr_gt0. Qed.

Theorem tie_iff_equal q : (expected_points F t q == 0) = (q == t).
Proof. by rewrite expected_points_are mulf_eq0 invr_eq0 (gt_eqF room) orbF subr_eq0. Qed.

(** *** Behavioural calibration: questions i with confidences q_i; a policy answers i with
    probability a_i. *)
Variables (I : finType) (q : I -> F).
Definition policy_score (a : I -> F) : F := \sum_i a i * expected_points F t (q i).
Definition calibrated_answers (i : I) : F := (t < q i)%R%:R.

Theorem behavioural_calibration_is_optimal (a : I -> F) : (forall i, 0 <= a i <= 1) ->
  policy_score a <= policy_score calibrated_answers.
Proof.
move=> a01; apply: ler_sum => i _; have /andP[a0 a1] := a01 i; rewrite /calibrated_answers.
have [conf|unsure] := ltP t (q i).
  by rewrite ler_wpmul2r // ltW // answer_iff_confident.
rewrite mul0r mulr_ge0_le0 //.
by rewrite leNgt answer_iff_confident -leNgt.
Qed.

(** It is the only optimal policy, except where q_i = t. *)
Theorem behavioural_calibration_is_the_only_optimum (a : I -> F) i : (forall i, 0 <= a i <= 1) ->
  policy_score a = policy_score calibrated_answers -> q i != t -> a i = calibrated_answers i.
Proof.
move=> a01 same no_tie; pose gain i := (calibrated_answers i - a i) * expected_points F t (q i).
have gain0 j : true -> 0 <= gain j.
  have := a01 j; rewrite /gain /calibrated_answers; have [conf|unsure] := ltP t (q j) => /andP[a0 a1] _.
    by rewrite mulr_ge0 ?subr_ge0 // ltW // answer_iff_confident.
  by rewrite mulr_le0 ?sub0r ?oppr_le0 // leNgt answer_iff_confident -leNgt.
have /eqP : \sum_j gain j = 0.
  rewrite /gain (eq_bigr (fun j => calibrated_answers j * expected_points F t (q j)
    - a j * expected_points F t (q j))) => [|j _]; last by rewrite mulrBl.
  by rewrite sumrB -[X in X - _]same subrr.
rewrite psumr_eq0 // => /allP/(_ i (mem_index_enum i)).
by rewrite mulf_eq0 tie_iff_equal (negbTE no_tie) orbF subr_eq0 => /eqP.
Qed.
End AnswerRule.

(** One policy, whatever t is stated, is best at every t; with a hidden t none is. *)
Corollary one_policy_for_all_targets (F : realFieldType) (I : finType) (q : I -> F)
    (a : F -> I -> F) : (forall t i, 0 <= a t i <= 1) ->
  forall t, t < 1 -> policy_score F t I q (a t) <= policy_score F t I q (calibrated_answers F t I q).
Proof. by move=> a01 t t1; apply: behavioural_calibration_is_optimal. Qed.

Corollary no_policy_for_a_hidden_target (F : realFieldType) (I : finType) (q : I -> F) (s t : F)
    (i : I) (a : I -> F) : s < q i -> q i < t -> t < 1 -> (forall i, 0 <= a i <= 1) ->
  policy_score F s I q a < policy_score F s I q (calibrated_answers F s I q)
  \/ policy_score F t I q a < policy_score F t I q (calibrated_answers F t I q).
Proof.
move=> sq qt t1 a01; have s1 : s < 1 by apply: lt_trans (lt_trans sq qt) t1.
have best_s := behavioural_calibration_is_optimal F s s1 I q a a01.
have best_t := behavioural_calibration_is_optimal F t t1 I q a a01.
move: best_s best_t; rewrite !le_eqVlt => /predU1P[at_s|]; last by left.
case/predU1P=> [at_t|]; last by right.
have := behavioural_calibration_is_the_only_optimum F s s1 I q a i a01 at_s.
have := behavioural_calibration_is_the_only_optimum F t t1 I q a i a01 at_t.
rewrite /calibrated_answers (gt_eqF sq) (lt_eqF qt) sq (le_gtF (ltW qt)) => -> // /(_ isT)/eqP.
by rewrite eq_sym oner_eq0.
Qed.

(** ** X6: thresholds average to accuracy minus Brier score *)

(** Points of one answer of confidence q, right or not, at target t; given iff q > t. *)
Definition points (F : realFieldType) (right : bool) (q t : F) : F :=
  if t < q then if right then 1 else - penalty F t else 0.

(** The integral of a polynomial by its antiderivative: no analysis. *)
Definition antiderivative (F : realFieldType) (P : {poly F}) : {poly F} :=
  \poly_(i < (size P).+1) (if i is j.+1 then P`_j / j.+1%:R else 0).
Definition integral (F : realFieldType) (P : {poly F}) (a b : F) : F :=
  (antiderivative F P).[b] - (antiderivative F P).[a].

Section Integral.
Variables (F : realFieldType) (P : {poly F}).

Lemma derivative_of_antiderivative : (antiderivative F P)^`() = P.
Proof.
apply/polyP => i; rewrite coef_deriv coef_poly ltnS; case: ltnP => small.
  by rewrite -mulr_natr mulfVK ?pnatr_eq0.
by rewrite mul0rn nth_default.
Qed.

(** Every antiderivative gives the same integral. *)
Lemma integral_of_any_antiderivative (A : {poly F}) a b :
  A^`() = P -> A.[b] - A.[a] = integral F P a b.
Proof.
move=> dA; pose d := A - antiderivative F P.
have constant : d = (d`_0)%:P.
  apply/polyP => -[|i]; rewrite coefC //=; apply/eqP.
  have : d^`()`_i = 0 by rewrite derivB dA derivative_of_antiderivative subrr coef0.
  by rewrite coef_deriv => /eqP; rewrite mulrn_eq0.
have : d.[b] = d.[a] by rewrite constant !hornerC.
rewrite /d /integral !hornerE => /eqP; rewrite -subr_eq0 => /eqP same.
by apply/eqP; rewrite -subr_eq0 -same; apply/eqP; ring.
Qed.
End Integral.

Section Brier.
Variables (F : realFieldType) (right : bool) (q : F).

(** 2 (1 - t) times the points is the value of a polynomial below q, and 0 from q on. *)
Definition weighted_points : {poly F} :=
  if right then 2%:R * (1 - 'X) else - (2%:R * 'X).

Lemma weighted_points_below t : t < 1 ->
  2%:R * (1 - t) * points F right q t = if t < q then weighted_points.[t] else 0.
Proof.
rewrite /points /weighted_points /penalty => t1; case: ifP => _; last by rewrite mulr0.
case: right; rewrite !(hornerE, hornerMn) ?mulr1 //; field.
by rewrite subr_eq0 gt_eqF.
Qed.

(** X6: 2 * integral over [0, 1] of (1 - t) points_t = y - (y - q)^2. The integral is that of the
    polynomial over [0, q] and of 0 over [q, 1]. *)
Theorem targets_average_to_brier :
  integral F weighted_points 0 q + integral F 0 q 1 = right%:R - (right%:R - q) ^+ 2.
Proof.
rewrite -(integral_of_any_antiderivative F 0 0 q 1) ?deriv0 // !horner0 subrr addr0.
pose A : {poly F} := if right then 2%:R * 'X - 'X^2 else - 'X^2.
rewrite -(integral_of_any_antiderivative F weighted_points A) /A /weighted_points; case: right.
- by rewrite !(hornerE, hornerMn) /=; ring.
- by rewrite !(hornerE, hornerMn) /=; ring.
- by rewrite derivB mulr_natl derivMn derivX derivXn /=; ring.
- by rewrite derivN derivXn /=; ring.
Qed.
End Brier.

(** Summed over questions: 2 * integral of (1 - t) score_t = right answers - Brier score. *)
Corollary targets_rank_as_accuracy_minus_brier (F : realFieldType) (I : finType) (right : I -> bool)
    (q : I -> F) :
  \sum_i (integral F (weighted_points F (right i)) 0 (q i) + integral F 0 (q i) 1)
  = \sum_i (right i)%:R - \sum_i ((right i)%:R - q i) ^+ 2.
Proof. by rewrite -sumrB; apply: eq_bigr => i _; apply: targets_average_to_brier. Qed.
