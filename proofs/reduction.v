(** Theorem 1 with its exact slack (X1), Corollary 1, nonsense, X2 and X8.

    Paper: Sec. 3.1-3.2, App. A, Sec. 5; X: the project's own. A world may hold nonsense, so each
    statement is the one of Sec. 5; without nonsense it is the one of Sec. 3. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
From Hallucination Require Import arith world.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(** ** Any thresholds z_c, from 1/|E_c| on *)
Section AnyThresholds.
Variables (F : realFieldType) (W : world F) (q : model W) (z : prompt W -> F).

Hypothesis p_noiseless : forall (c : prompt W) r, ~~ V c r -> p c r = 0.

(** The identity behind everything, for numbers q(r|c) and p(r|c) that need not be distributions. *)
Lemma exact_slack_of_any_numbers :
  err q = 2%:R * iiv_error q z - gap q z - mean (fun c : prompt W => #|V c|%:R * z c)
          + overshoot q z + unused_room q z
          + (mean (fun c : prompt W => \sum_r q c r) - mean (fun c : prompt W => \sum_r p c r)).
Proof.
rewrite clf_errorE /gap /overshoot /unused_room /err -mean_sub -!(mean_sub, mean_add).
apply: eq_mean => c.
have -> : #|V c|%:R * z c = \sum_(r | V c r) z c by rewrite sumr_const mulr_natl.
rewrite (big_mkcond (fun r => ~~ V c r)) (big_mkcond (fun r => above q z c r != V c r)) /=.
rewrite !(big_mkcond (above q z c)) !(big_mkcond (V c)) (big_mkcond (fun r => _ && _)) /=.
rewrite -!(sumrB, big_split) /=; apply: eq_bigr => r _.
have := p_noiseless c r; have := @V_not_E F W c r.
by case: (V c r) => [/(_ isT)/negbTE -> _|_ ->] //=; case: (above q z c r) => /=; ring.
Qed.

Hypothesis p_sums_to_1 : forall c : prompt W, \sum_r p c r = 1.
Hypothesis q_sums_to_1 : forall c : prompt W, \sum_r q c r = 1.

(** X1 as an identity: no sign of mu, p or q is assumed, nor that mu sums to 1. *)
Theorem exact_slack :
  err q = 2%:R * iiv_error q z - gap q z - mean (fun c : prompt W => #|V c|%:R * z c)
          + overshoot q z + unused_room q z.
Proof.
rewrite exact_slack_of_any_numbers -mean_sub [X in _ + X](_ : _ = 0) ?addr0 // /mean big1 // => c _.
by rewrite q_sums_to_1 p_sums_to_1 subrr mulr0.
Qed.

Hypothesis mu_nonnegative : forall c : prompt W, 0 <= mu c.
Hypothesis z_large : forall c : prompt W, #|E c|%:R^-1 <= z c.

Let z_nonnegative c : 0 <= z c.
Proof. by apply: le_trans (z_large c); rewrite invr_ge0 ler0n. Qed.

Lemma overshoot_nonnegative : 0 <= overshoot q z.
Proof.
apply: mean_ge0 => // c; apply: sumr_ge0 => r /andP[/ltW high _].
by rewrite subr_ge0; case: ifP => _; apply: le_trans high.
Qed.

Lemma unused_room_nonnegative : 0 <= unused_room q z.
Proof.
apply: mean_ge0 => // c; apply: sumr_ge0 => r _.
by rewrite subr_ge0 /above; case: ltP.
Qed.

Lemma signed_bound_any_thresholds :
  2%:R * iiv_error q z - mean (fun c : prompt W => #|V c|%:R * z c) - gap q z <= err q.
Proof.
apply: (le_by _ (overshoot q z + unused_room q z)).
  exact: addr_ge0 overshoot_nonnegative unused_room_nonnegative.
by rewrite exact_slack; ring.
Qed.

Hypothesis q_nonnegative : forall (c : prompt W) r, 0 <= q c r.

(** No prompt holds more than all its mass: min(1, |V_c| z_c) will do for |V_c| z_c (X8). *)
Lemma signed_best_bound_any_thresholds :
  2%:R * iiv_error q z - mean (fun c : prompt W => Num.min 1 (#|V c|%:R * z c)) - gap q z <= err q.
Proof.
pose below (c : prompt W) := \sum_(r | V c r) (if above q z c r then 0 else q c r).
have room : unused_room q z = mean (fun c : prompt W => #|V c|%:R * z c) - mean below.
  rewrite /unused_room -mean_sub; apply: eq_mean => c.
  by rewrite sumrB sumr_const mulr_natl.
have small : mean below <= mean (fun c : prompt W => Num.min 1 (#|V c|%:R * z c)).
  apply: mean_le => // c; rewrite le_minr; apply/andP; split.
    rewrite -(q_sums_to_1 c) [leRHS](bigID (V c)) /=.
    rewrite -[leLHS]addr0; apply: ler_add; last exact: sumr_ge0.
    by apply: ler_sum => r _; case: ifP.
  rewrite mulr_natl -sumr_const; apply: ler_sum => r _.
  by rewrite /above; case: ltP.
set m := mean (fun c => Num.min _ _) in small *.
apply: (le_by _ (overshoot q z + (m - mean below))).
  by rewrite addr_ge0 ?overshoot_nonnegative // subr_ge0.
by rewrite exact_slack room; ring.
Qed.

End AnyThresholds.

(** ** The paper's threshold 1/K *)
Section PaperThreshold.
Variables (F : realFieldType) (W : world F) (q : model W).

Hypothesis mu_nonnegative : forall c : prompt W, 0 <= mu c.
Hypothesis mu_sums_to_1 : \sum_(c : prompt W) mu c = 1.
Hypothesis p_sums_to_1 : forall c : prompt W, \sum_r p c r = 1.
Hypothesis p_noiseless : forall (c : prompt W) r, ~~ V c r -> p c r = 0.
Hypothesis q_sums_to_1 : forall c : prompt W, \sum_r q c r = 1.
Hypothesis errors_exist : forall c : prompt W, (0 < #|E c|)%N.

Let t := common_threshold W.
Let k_over_K : F := (k W)%:R / (K W)%:R.

Let t_large (c : prompt W) : #|E c|%:R^-1 <= t c.
Proof.
have [c' K_is] := K_attained c; have K0 : (0 < K W)%N by rewrite K_is.
by rewrite /t /common_threshold lef_pinv ?posrE ?ltr0n ?ler_nat ?K_le_E.
Qed.

Let ragged_room : mean (fun c : prompt W => #|V c|%:R * t c) <= k_over_K.
Proof.
rewrite -(mean_const k_over_K mu_sums_to_1); apply: mean_le => // c.
by rewrite ler_wpmul2r ?invr_ge0 ?ler0n ?ler_nat ?V_le_k.
Qed.

(** Theorem 1 with the signed gap q(A) - p(A) in the place of delta. *)
Theorem theorem_1_signed : 2%:R * iiv_error q t - k_over_K - gap q t <= err q.
Proof.
apply: le_trans (signed_bound_any_thresholds _ _ _ _ p_noiseless p_sums_to_1 q_sums_to_1
  mu_nonnegative t_large).
by rewrite ler_add2r ler_add2l ler_opp2.
Qed.

(** Theorem 1: err >= 2 err_iiv - max_c |V_c| / min_c |E_c| - delta. *)
Theorem theorem_1 : 2%:R * iiv_error q t - k_over_K - delta q t <= err q.
Proof.
by apply: le_trans theorem_1_signed; rewrite ler_add2l ler_opp2 ler_norm.
Qed.

(** X1: the slack of Theorem 1 is the sum of four terms, none of them negative. *)
Theorem theorem_1_exact_slack :
  let ragged := k_over_K - mean (fun c : prompt W => #|V c|%:R * t c) in
  let sign := delta q t - gap q t in
  err q - (2%:R * iiv_error q t - k_over_K - delta q t)
    = overshoot q t + unused_room q t + ragged + sign
  /\ [/\ 0 <= overshoot q t, 0 <= unused_room q t, 0 <= ragged & 0 <= sign].
Proof.
split; first by rewrite (exact_slack _ _ _ t p_noiseless p_sums_to_1 q_sums_to_1); ring.
split; rewrite ?subr_ge0 ?ler_norm //.
- exact: overshoot_nonnegative mu_nonnegative t_large.
- exact: unused_room_nonnegative mu_nonnegative t_large.
Qed.

(** The judge's side: err_iiv <= (err + k/K + delta) / 2. *)
Corollary judging_is_no_harder : iiv_error q t <= (err q + k_over_K + delta q t) / 2%:R.
Proof.
rewrite ler_pdivl_mulr ?ltr0n // mulrC; apply: (le_by _ _ _ _ _ (erefl _)).
have := theorem_1; rewrite -subr_ge0 => slack; apply: (le_by _ _ _ _ slack); ring.
Qed.

Hypothesis q_nonnegative : forall (c : prompt W) r, 0 <= q c r.

(** X8: the best small term, sum_c mu(c) min(1, |V_c|/K). *)
Theorem best_small_term :
  2%:R * iiv_error q t - mean (fun c : prompt W => Num.min 1 (#|V c|%:R * t c)) - delta q t
  <= err q.
Proof.
apply: le_trans (signed_best_bound_any_thresholds _ _ _ _ p_noiseless p_sums_to_1 q_sums_to_1
  mu_nonnegative t_large q_nonnegative).
by rewrite ler_add2l ler_opp2 ler_norm.
Qed.

(** It is never larger than k/K. *)
Lemma best_small_term_is_smaller :
  mean (fun c : prompt W => Num.min 1 (#|V c|%:R * t c)) <= k_over_K.
Proof.
apply: le_trans ragged_room; apply: mean_le => // c.
by rewrite le_minl lexx orbT.
Qed.

End PaperThreshold.

(** ** Corollary 1: no prompts, that is, a single one *)
Section NoPrompts.
Variables (F : realFieldType) (W : world F) (q : model W) (c0 : prompt W).

Hypothesis no_prompts : forall c : prompt W, c = c0.
Hypothesis mu_sums_to_1 : \sum_(c : prompt W) mu c = 1.
Hypothesis p_sums_to_1 : forall c : prompt W, \sum_r p c r = 1.
Hypothesis p_noiseless : forall (c : prompt W) r, ~~ V c r -> p c r = 0.
Hypothesis q_sums_to_1 : forall c : prompt W, \sum_r q c r = 1.
Hypothesis errors_exist : forall c : prompt W, (0 < #|E c|)%N.

Let t : prompt W -> F := fun=> #|E c0|%:R^-1.

(** Corollary 1: err >= 2 err_iiv - |V|/|E| - delta at the threshold 1/|E|. *)
Corollary corollary_1 :
  2%:R * iiv_error q t - #|V c0|%:R / #|E c0|%:R - delta q t <= err q.
Proof.
have only (f : prompt W -> F) : \sum_c f c = f c0.
  by rewrite (bigD1 c0) //= big1 ?addr0 // => c; rewrite (no_prompts c) eqxx.
have mu_nonnegative (c : prompt W) : 0 <= mu c.
  by rewrite (no_prompts c) -only mu_sums_to_1 ler01.
have k_is : k W = #|V c0|.
  by apply/eqP; rewrite eqn_leq V_le_k andbT; apply/bigmax_leqP => c _; rewrite (no_prompts c).
have K_is : K W = #|E c0| by have [c ->] := K_attained c0; rewrite (no_prompts c).
have := theorem_1 F W q mu_nonnegative mu_sums_to_1 p_sums_to_1 p_noiseless q_sums_to_1.
by rewrite /common_threshold k_is K_is; apply.
Qed.

End NoPrompts.

(** ** X2: one threshold per prompt *)
Section OwnThresholds.
Variables (F : realFieldType) (W : world F) (q : model W).

Hypothesis mu_nonnegative : forall c : prompt W, 0 <= mu c.
Hypothesis p_sums_to_1 : forall c : prompt W, \sum_r p c r = 1.
Hypothesis p_noiseless : forall (c : prompt W) r, ~~ V c r -> p c r = 0.
Hypothesis q_sums_to_1 : forall c : prompt W, \sum_r q c r = 1.

Let t := own_threshold W.
Let t_large (c : prompt W) : #|E c|%:R^-1 <= t c. Proof. exact: lexx. Qed.

(** X2: err >= 2 err_iiv - sum_c mu(c) |V_c|/|E_c| - delta, thresholds 1/|E_c|. *)
Theorem own_thresholds :
  2%:R * iiv_error q t - mean (fun c : prompt W => #|V c|%:R / #|E c|%:R) - delta q t <= err q.
Proof.
apply: le_trans (signed_bound_any_thresholds _ _ _ _ p_noiseless p_sums_to_1 q_sums_to_1
  mu_nonnegative t_large).
by rewrite ler_add2l ler_opp2 ler_norm.
Qed.

Hypothesis q_nonnegative : forall (c : prompt W) r, 0 <= q c r.

(** X8 for these thresholds. *)
Theorem own_thresholds_best_small_term :
  2%:R * iiv_error q t - mean (fun c : prompt W => Num.min 1 (#|V c|%:R / #|E c|%:R)) - delta q t
  <= err q.
Proof.
apply: le_trans (signed_best_bound_any_thresholds _ _ _ _ p_noiseless p_sums_to_1 q_sums_to_1
  mu_nonnegative t_large q_nonnegative).
by rewrite ler_add2l ler_opp2 ler_norm.
Qed.

End OwnThresholds.
