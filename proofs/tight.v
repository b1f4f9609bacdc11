(** The bounds are attained: X3 (Corollary 1), X8 (Theorem 1's best small term), and no constant
    above 2 will do. Extensions, not in the paper. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
From Hallucination Require Import arith world reduction.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(** In every world, whatever its sizes, mu and p, a model attains the bound of X8. *)
Section Attained.
Variables (F : realFieldType) (W : world F) (z : prompt W -> F).

Hypothesis mu_sums_to_1 : \sum_(c : prompt W) mu c = 1.
Hypothesis p_sums_to_1 : forall c : prompt W, \sum_r p c r = 1.
Hypothesis p_noiseless : forall (c : prompt W) r, ~~ V c r -> p c r = 0.
Hypothesis errors_exist : forall c : prompt W, (0 < #|E c|)%N.
Hypothesis z_large : forall c : prompt W, #|E c|%:R^-1 <= z c.

(** What fits on the valid responses below the threshold: min(1, |V_c| z_c). *)
Definition room (c : prompt W) : F := Num.min 1 (#|V c|%:R * z c).

(** Fill the valid responses evenly up to the threshold, spread the rest evenly over the errors. *)
Definition full : model W := fun c r =>
  if V c r then room c / #|V c|%:R else if E c r then (1 - room c) / #|E c|%:R else 0.

Let z_nonnegative c : 0 <= z c.
Proof. by apply: le_trans (z_large c); rewrite invr_ge0 ler0n. Qed.

Let valid_exist (c : prompt W) : (0 < #|V c|)%N.
Proof.
rewrite lt0n; apply/negP => /eqP/card0_eq none; have /eqP := p_sums_to_1 c.
rewrite big1 ?(eq_sym 0) ?oner_eq0 // => r _; apply: p_noiseless.
by rewrite -[V c r]/(r \in V c) none.
Qed.

Let room_nonnegative c : 0 <= room c.
Proof. by rewrite le_minr ler01 mulr_ge0 ?ler0n. Qed.

Let room_at_most_1 c : room c <= 1.
Proof. by rewrite le_minl lexx. Qed.

Lemma full_nonnegative c r : 0 <= full c r.
Proof.
rewrite /full; case: ifP => _; first by rewrite divr_ge0 ?ler0n.
by case: ifP => _ //; rewrite divr_ge0 ?subr_ge0 ?ler0n.
Qed.

Let sum_valid (c : prompt W) (a : F) : \sum_(r | V c r) a / #|V c|%:R = a.
Proof. by rewrite sumr_const -mulr_natr mulfVK ?pnatr_eq0 -?lt0n. Qed.

Let sum_not_valid (c : prompt W) : \sum_(r | ~~ V c r) full c r = 1 - room c.
Proof.
rewrite (eq_bigr (fun r => if E c r then (1 - room c) / #|E c|%:R else 0)); last first.
  by rewrite /full => r /negbTE ->.
rewrite -big_mkcondr (eq_bigl (E c)) => [|r]; last first.
  by have := @V_not_E F W c r; case: (V c r) => [/(_ isT)/negbTE ->|].
by rewrite sumr_const -mulr_natr mulfVK ?pnatr_eq0 -?lt0n.
Qed.

Lemma full_sums_to_1 c : \sum_r full c r = 1.
Proof.
rewrite (bigID (V c)) /= sum_not_valid (eq_bigr (fun r => room c / #|V c|%:R)).
  by rewrite sum_valid; ring.
by rewrite /full => r ->.
Qed.

Lemma full_never_above c r : above full z c r = false.
Proof.
apply/negbTE; rewrite /above /full -leNgt; case: ifP => _.
  rewrite ler_pdivr_mulr ?ltr0n // mulrC -[X in X <= _]/(Num.min _ _).
  by rewrite le_minl lexx orbT.
case: ifP => // _; apply: le_trans (z_large c).
by rewrite ler_pdivr_mulr ?ltr0n // mulVf ?pnatr_eq0 -?lt0n // ler_subl_addr ler_addl.
Qed.

Lemma full_gap : gap full z = 0.
Proof.
rewrite /gap -mean_sub /mean big1 // => c _.
by rewrite !big_pred0 ?subrr ?mulr0 // => r; rewrite full_never_above.
Qed.

Lemma full_iiv_error : iiv_error full z = 1 / 2%:R.
Proof.
apply: (canRL (mulfK _)); rewrite ?pnatr_eq0 // mulrC clf_errorE.
rewrite -[RHS](mean_const 1 mu_sums_to_1); apply: eq_mean => c; rewrite -(p_sums_to_1 c).
rewrite [RHS](bigID (V c)) /= [X in _ = _ + X]big1 ?addr0; last by move=> r; apply: p_noiseless.
apply: eq_big => r; rewrite full_never_above; first by case: (V c r).
by case Vr: (V c r) => // _; rewrite (negbTE (V_not_E Vr)) addr0.
Qed.

Lemma full_err : err full = 1 - mean room.
Proof.
rewrite -(mean_const 1 mu_sums_to_1) -mean_sub; apply: eq_mean => c; exact: sum_not_valid.
Qed.

(** X8 is attained: equality, with delta = 0 and err_iiv = 1/2. *)
Theorem best_small_term_attained :
  err full = 2%:R * iiv_error full z - mean room - delta full z.
Proof.
by rewrite full_err full_iiv_error /delta full_gap normr0 subr0 mulrC mulfVK ?pnatr_eq0.
Qed.

End Attained.

(** X3: Corollary 1 is an equality in every one-prompt world with |V| <= |E|, whatever p. *)
Section Corollary1Attained.
Variables (F : realFieldType) (W : world F) (c0 : prompt W).

Hypothesis no_prompts : forall c : prompt W, c = c0.
Hypothesis mu_sums_to_1 : \sum_(c : prompt W) mu c = 1.
Hypothesis p_sums_to_1 : forall c : prompt W, \sum_r p c r = 1.
Hypothesis p_noiseless : forall (c : prompt W) r, ~~ V c r -> p c r = 0.
Hypothesis errors_exist : forall c : prompt W, (0 < #|E c|)%N.
Hypothesis no_more_valid : (#|V c0| <= #|E c0|)%N.

Let t : prompt W -> F := fun=> #|E c0|%:R^-1.

(** 1/|E| on each valid response, the rest of the mass spread evenly over E. *)
Definition tight_model : model W := full F W t.

Let t_large (c : prompt W) : #|E c|%:R^-1 <= t c. Proof. by rewrite (no_prompts c). Qed.

Let mean_room : mean (room F W t) = #|V c0|%:R / #|E c0|%:R.
Proof.
rewrite -[RHS](mean_const _ mu_sums_to_1); apply: eq_mean => c.
rewrite /room (no_prompts c); apply/min_idPr.
by rewrite ler_pdivr_mulr ?ltr0n // mul1r ler_nat.
Qed.

Theorem corollary_1_attained :
  [/\ distribution tight_model, iiv_error tight_model t = 1 / 2%:R, delta tight_model t = 0,
      err tight_model = 1 - #|V c0|%:R / #|E c0|%:R
    & err tight_model = 2%:R * iiv_error tight_model t - #|V c0|%:R / #|E c0|%:R
                        - delta tight_model t].
Proof.
split; rewrite -?mean_room.
- split; first exact: full_nonnegative.
  exact: full_sums_to_1.
- exact: full_iiv_error.
- by rewrite /delta full_gap ?normr0.
- exact: full_err.
- exact: best_small_term_attained.
Qed.

(** No constant above 2 may stand before err_iiv, in any such world. *)
Corollary no_constant_above_2 (a : F) : 2%:R < a ->
  err tight_model < a * iiv_error tight_model t - #|V c0|%:R / #|E c0|%:R - delta tight_model t.
Proof.
have [_ iiv_half -> -> _] := corollary_1_attained; rewrite iiv_half => a2.
apply: (lt_by _ ((a - 2%:R) / 2%:R)); first by rewrite divr_gt0 ?subr_gt0 ?ltr0n.
by field; rewrite pnatr_eq0 -lt0n.
Qed.

End Corollary1Attained.

(** With more valid responses than errors no model attains it. *)
Section Corollary1NotAttained.
Variables (F : realFieldType) (W : world F) (q : model W) (c0 : prompt W).

Hypothesis no_prompts : forall c : prompt W, c = c0.
Hypothesis mu_sums_to_1 : \sum_(c : prompt W) mu c = 1.
Hypothesis p_sums_to_1 : forall c : prompt W, \sum_r p c r = 1.
Hypothesis p_noiseless : forall (c : prompt W) r, ~~ V c r -> p c r = 0.
Hypothesis q_nonnegative : forall (c : prompt W) r, 0 <= q c r.
Hypothesis errors_exist : forall c : prompt W, (0 < #|E c|)%N.
Hypothesis more_valid : (#|E c0| < #|V c0|)%N.

Let t : prompt W -> F := fun=> #|E c0|%:R^-1.

Theorem corollary_1_not_attained :
  2%:R * iiv_error q t - #|V c0|%:R / #|E c0|%:R - delta q t < err q.
Proof.
have mu_nonnegative (c : prompt W) : 0 <= mu c.
  have <- : \sum_(c' : prompt W) mu c' = mu c; last by rewrite mu_sums_to_1 ler01.
  by rewrite (bigD1 c) //= big1 ?addr0 // => c'; rewrite (no_prompts c') (no_prompts c) eqxx.
have over : 0 <= overshoot q t.
  by apply: overshoot_nonnegative => // c; rewrite (no_prompts c).
pose below (c : prompt W) := \sum_(r | V c r) (if above q t c r then 0 else q c r).
have room : unused_room q t = mean (fun c : prompt W => #|V c|%:R * t c) - mean below.
  by rewrite /unused_room -mean_sub; apply: eq_mean => c; rewrite sumrB sumr_const mulr_natl.
have less : mean below <= mean (fun c : prompt W => \sum_r q c r).
  apply: mean_le => // c; rewrite [leRHS](bigID (V c)) /= -[leLHS]addr0.
  by apply: ler_add; [apply: ler_sum => r _; case: ifP | apply: sumr_ge0].
have one : mean (fun c : prompt W => \sum_r p c r) = 1.
  by rewrite -[RHS](mean_const 1 mu_sums_to_1); apply: eq_mean.
have many : 1 < #|V c0|%:R / #|E c0|%:R :> F by rewrite ltr_pdivl_mulr ?ltr0n // mul1r ltr_nat.
have sign : gap q t <= delta q t by exact: ler_norm.
rewrite (exact_slack_of_any_numbers F W q t p_noiseless) room one.
set x := _ / _ in many *; set m := mean below in less *; set s := mean _ in less *.
apply: (lt_by _ ((x - 1) + (delta q t - gap q t) + overshoot q t + (s - m))); last by ring.
by do 3 (apply: ltr_paddr; first by rewrite ?subr_ge0); rewrite subr_gt0.
Qed.
End Corollary1NotAttained.

(** Such worlds exist for all sizes 1 <= v <= e. *)
Definition sized_world (F : realFieldType) (v e : nat) : world F :=
  @World F [finType of unit] (fun=> [finType of 'I_v + 'I_e])
    (fun _ r => if r is inl _ then Valid else PlausibleError)
    (fun=> 1) (fun _ r => if r is inl _ then v%:R^-1 else 0).

Lemma sized_world_proper (F : realFieldType) v e : (0 < v)%N -> (0 < e)%N ->
  [/\ proper (sized_world F v e), #|V (tt : prompt (sized_world F v e))| = v
    & #|E (tt : prompt (sized_world F v e))| = e].
Proof.
move=> v0 e0; set W := sized_world F v e.
have sizeV (c : prompt W) : #|V c| = v.
  rewrite -sum1_card big_sumType (eq_bigl predT) // sum1_card cardT size_enum_ord.
  by rewrite big_pred0 ?Monoid.mulm1 // => j; rewrite inE.
have sizeE (c : prompt W) : #|E c| = e.
  rewrite -sum1_card big_sumType big_pred0 ?Monoid.mul1m //.
  rewrite (eq_bigl predT) //.
  by rewrite sum1_card cardT size_enum_ord.
split; rewrite ?sizeV ?sizeE //; split.
- by split; [move=> c; exact: ler01 | rewrite sumr_const card_unit].
- split=> [c [i|i] | c] /=; rewrite ?invr_ge0 ?ler0n //.
  rewrite big_sumType /= sumr_const card_ord [X in _ + X]big1 // addr0.
  rewrite -[_ *+ v]mulr_natr mulVf //.
  by rewrite pnatr_eq0 -lt0n.
- by move=> c [].
- by move=> c; rewrite sizeE.
Qed.

(** So for all sizes and every constant above 2, Corollary 1 with this constant is false. *)
Corollary no_constant_above_2_at_any_size (F : realFieldType) (a : F) v e :
  2%:R < a -> (0 < v)%N -> (v <= e)%N ->
  exists (W : world F) (c0 : prompt W) (q : model W),
    [/\ proper W, (forall c, c = c0), distribution q, #|V c0| = v & #|E c0| = e]
    /\ let t : prompt W -> F := fun=> #|E c0|%:R^-1 in
       err q < a * iiv_error q t - #|V c0|%:R / #|E c0|%:R - delta q t.
Proof.
move=> a2 v0 ve; have e0 : (0 < e)%N by apply: leq_trans ve.
have [W_proper sizeV sizeE] := sized_world_proper F v e v0 e0.
have [[mu0 mu1] [p0 p1] noiseless errors] := W_proper.
have one (c : prompt (sized_world F v e)) : c = tt by case: c.
exists (sized_world F v e), tt, (tight_model F (sized_world F v e) tt).
split; first by split=> //; have [] := corollary_1_attained _ _ _ one mu1 p1 noiseless errors;
  rewrite ?sizeV ?sizeE.
by apply: no_constant_above_2 => //; rewrite sizeV sizeE.
Qed.
