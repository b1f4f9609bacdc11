(** X10, first part: innovation, errors without calibration (after Das and Srivastava 2026,
    arXiv:2605.26808; extension).

    Statements Y; the data show the facts in O; U is the rest. Given the data, which statements are facts
    is random: finitely many cases w, each of probability pr w. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
From Hallucination Require Import arith.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Definition mass (F : realFieldType) (Y : finType) (g : Y -> F) (S : {set Y}) : F := \sum_(y in S) g y.
Definition Pr (F : realFieldType) (Omega : finType) (pr : Omega -> F) (event : pred Omega) : F :=
  \sum_(w | event w) pr w.

Section Innovation.
Variables (F : realFieldType) (Omega Y : finType) (pr : Omega -> F).
Variables (facts : Omega -> {set Y}) (O : {set Y}) (g : Y -> F) (K : nat).

Let U : {set Y} := ~: O.
Let H (w : Omega) : {set Y} := ~: facts w.
Let g_of := mass F Y g.

Hypothesis observed_are_facts : forall w, O \subset facts w.
Hypothesis g_nonnegative : forall y, 0 <= g y.

Let mass_nonnegative S : 0 <= g_of S.
Proof. exact: sumr_ge0. Qed.

Let hallucination_or_fact w : g_of U = g_of (H w) + g_of (U :&: facts w).
Proof.
rewrite /g_of /mass (big_setID (facts w)) /= addrC; congr (_ + _); apply: eq_bigl => y.
rewrite !inE; case: (boolP (y \in facts w)) => //= yF; apply/negP => yO.
by move: yF; rewrite (subsetP (observed_are_facts w)).
Qed.

(** (a) Surely: whoever hallucinates innovates. *)
Theorem hallucination_is_innovation w : 0 < g_of (H w) -> 0 < g_of U.
Proof. by move=> h; rewrite (hallucination_or_fact w) ltr_paddr. Qed.

Hypothesis pr_nonnegative : forall w, 0 <= pr w.
Hypothesis pr_sums_to_1 : \sum_w pr w = 1.
Hypothesis few_unseen_facts : forall w, (#|U :&: facts w| <= K)%N.
Hypothesis regular : forall u v, u \in U -> v \in U ->
  Pr F Omega pr (fun w => u \in facts w) = Pr F Omega pr (fun w => v \in facts w).

(** An unseen statement is a fact with probability at most K/|U|. *)
Lemma chance_of_a_fact u : u \in U ->
  Pr F Omega pr (fun w => u \in facts w) <= K%:R / #|U|%:R.
Proof.
move=> uU; have U0 : (0 < #|U|)%N by apply/card_gt0P; exists u.
rewrite ler_pdivl_mulr ?ltr0n // mulr_natr -sumr_const.
rewrite (eq_bigr (fun v => Pr F Omega pr (fun w => v \in facts w))) => [|v vU]; last exact: regular.
have -> : K%:R = \sum_w pr w * K%:R by rewrite -mulr_suml pr_sums_to_1 mul1r.
rewrite /Pr (exchange_big_dep predT) //=; apply: ler_sum => w _.
rewrite sumr_const -[leLHS]mulr_natr ler_wpmul2l ?ler_nat //.
apply: leq_trans (few_unseen_facts w); apply: subset_leq_card; apply/subsetP => v.
by move=> both; rewrite inE; exact: both.
Qed.

Let Pr_not event : Pr F Omega pr (fun w => ~~ event w) = 1 - Pr F Omega pr event.
Proof. by rewrite -pr_sums_to_1 (bigID event) /= /Pr addrAC subrr add0r. Qed.

Let Pr_sub (small large : pred Omega) : (forall w, small w -> large w) ->
  Pr F Omega pr small <= Pr F Omega pr large.
Proof.
move=> sub; rewrite /Pr (big_mkcond small) (big_mkcond large); apply: ler_sum => w _.
by case: (boolP (small w)) => [/sub ->|_] //; case: ifP.
Qed.

(** (b) Whoever innovates hallucinates, with probability at least 1 - K/|U|. *)
Theorem innovation_is_hallucination : 0 < g_of U ->
  1 - K%:R / #|U|%:R <= Pr F Omega pr (fun w => 0 < g_of (H w)).
Proof.
move=> innovates; have [u uU gu] : exists2 u, u \in U & 0 < g u.
  apply/exists_inP; apply: contraLR innovates; rewrite negb_exists_in => /forall_inP none.
  rewrite -leNgt /g_of /mass big1 // => u /none; rewrite -leNgt => gu.
  by apply/eqP; rewrite eq_le gu g_nonnegative.
apply: (le_trans (y := 1 - Pr F Omega pr (fun w => u \in facts w))).
  by rewrite ler_add2l ler_opp2 chance_of_a_fact.
rewrite -Pr_not; apply: Pr_sub => w not_fact; apply: lt_le_trans gu _.
by rewrite /g_of /mass (bigD1 u) ?inE //= ler_addl sumr_ge0.
Qed.

(** (d) With probability at least 1 - K/|U|, g(H) >= g(U)/(K + 1). *)
Theorem hallucination_at_least_a_share : (0 < #|U|)%N ->
  1 - K%:R / #|U|%:R <= Pr F Omega pr (fun w => g_of U / K.+1%:R <= g_of (H w)).
Proof.
move=> /card_gt0P[u0 u0U].
case: (@Order.TotalTheory.arg_maxP _ _ _ u0 (mem U) g u0U) => u uU heaviest.
apply: (le_trans (y := 1 - Pr F Omega pr (fun w => u \in facts w))).
  by rewrite ler_add2l ler_opp2 chance_of_a_fact.
rewrite -Pr_not; apply: Pr_sub => w not_fact.
have u_halluc : g u <= g_of (H w) by rewrite /g_of /mass (bigD1 u) ?inE //= ler_addl sumr_ge0.
have few : g_of (U :&: facts w) <= K%:R * g_of (H w).
  apply: (le_trans (y := \sum_(y in U :&: facts w) g u)).
    by apply: ler_sum => y; rewrite inE => /andP[/heaviest].
  rewrite sumr_const -[leLHS]mulr_natl; apply: ler_pmul; rewrite ?ler0n // ler_nat.
  exact: few_unseen_facts.
rewrite ler_pdivr_mulr ?ltr0n // (hallucination_or_fact w) -addn1 natrD mulrDr mulr1.
by rewrite [leLHS]addrC ler_add2r mulrC.
Qed.

(** (c) For d > 0, with probability at least 1 - d, g(H) >= g(U) (1 - K/(d |U|)): Markov. *)
Theorem hallucination_by_markov d : 0 < d -> 0 < g_of U ->
  1 - d <= Pr F Omega pr (fun w => g_of U * (1 - K%:R / (d * #|U|%:R)) <= g_of (H w)).
Proof.
move=> d0 innovates; set a := g_of U * (K%:R / (d * #|U|%:R)).
have U0 : (0 < #|U|)%N.
  by rewrite lt0n; apply: contraTneq innovates => /cards0_eq none; rewrite none /g_of /mass big_set0 ltxx.
have mean_fact : \sum_w pr w * g_of (U :&: facts w) <= d * a.
  have -> : d * a = g_of U * (K%:R / #|U|%:R).
    by rewrite /a; field; rewrite (gt_eqF d0) pnatr_eq0 -lt0n U0.
  rewrite /g_of /mass mulr_suml (eq_bigr (fun w => \sum_(y in U :&: facts w) pr w * g y)); last first.
    by move=> w _; rewrite mulr_sumr.
  rewrite (exchange_big_dep (mem U)) /=; last by move=> w y _; rewrite inE => /andP[].
  apply: ler_sum => u uU; rewrite -mulr_suml mulrC ler_wpmul2l //.
  by rewrite (eq_bigl (fun w => u \in facts w)) ?chance_of_a_fact // => w; rewrite inE uU.
pose bad w := a < g_of (U :&: facts w).
have good w : ~~ bad w -> g_of U * (1 - K%:R / (d * #|U|%:R)) <= g_of (H w).
  rewrite /bad -leNgt => small; rewrite mulrBr mulr1 -/a {1}(hallucination_or_fact w).
  by rewrite ler_subl_addr ler_add2l.
apply: (le_trans (y := 1 - Pr F Omega pr bad)); last by rewrite -Pr_not; apply: Pr_sub.
rewrite ler_add2l ler_opp2; have a0 : 0 <= a.
  by rewrite mulr_ge0 // divr_ge0 ?mulr_ge0 ?ler0n // ltW.
have [a_pos|] := ltP 0 a; last first.
  move=> a_neg; have a_0 : a = 0 by apply/eqP; rewrite eq_le a_neg a0.
  have K0 : K = 0%N.
    move/eqP: a_0; rewrite /a mulf_eq0 gt_eqF //= mulf_eq0 invr_eq0 mulf_eq0 (gt_eqF d0) /=.
    by rewrite !pnatr_eq0 (gtn_eqF U0) orbF => /eqP.
  rewrite /Pr big_pred0 ?ltW // => w; rewrite /bad a_0; apply/negbTE; rewrite -leNgt.
  have := few_unseen_facts w; rewrite K0 leqn0 => /eqP/cards0_eq ->.
  by rewrite /g_of /mass big_set0.
rewrite -(ler_pmul2r a_pos); apply: le_trans mean_fact; rewrite /Pr mulr_suml.
rewrite [leRHS](bigID bad) /= -[leLHS]addr0; apply: ler_add.
  by apply: ler_sum => w /ltW; apply: ler_wpmul2l.
by apply: sumr_ge0 => w _; apply: mulr_ge0.
Qed.
End Innovation.

(** ** (e) Calibration forces innovation *)
Definition variation (F : realFieldType) (Y : finType) (f g : Y -> F) : F :=
  (\sum_y `|f y - g y|) / 2%:R.

(** p averaged within each block of a partition, given as a map from statements to blocks. *)
Definition averaged (F : realFieldType) (Y B : finType) (block : Y -> B) (p : Y -> F) (y : Y) : F :=
  (\sum_(x | block x == block y) p x) / #|[pred x | block x == block y]|%:R.

Section Calibrated.
Variables (F : realFieldType) (Y B : finType) (block : Y -> B) (p g : Y -> F) (O : {set Y}).
Let U : {set Y} := ~: O.
Let p' := averaged F Y B block p.

Hypothesis same_total : \sum_y g y = \sum_y p y.
Hypothesis p_nonnegative : forall y, 0 <= p y.

Let size b : nat := #|[pred x | block x == b]|.
Let in_block b : F := \sum_(x | block x == b) p x.

Let averagedE (S : {set Y}) :
  mass F Y p' S = \sum_b #|[pred y | (y \in S) && (block y == b)]|%:R * (in_block b / (size b)%:R).
Proof.
rewrite /mass (partition_big block predT) //=; apply: eq_bigr => b _.
rewrite (eq_bigr (fun=> in_block b / (size b)%:R)) => [|y /andP[_ /eqP yb]]; last first.
  by rewrite /p' /averaged yb.
by rewrite sumr_const -[LHS]mulr_natl.
Qed.

Let averaged_total : \sum_y p' y = \sum_y p y.
Proof.
have -> : \sum_y p' y = mass F Y p' setT by apply: eq_bigl => y; rewrite inE.
rewrite averagedE [RHS](partition_big block predT) //=; apply: eq_bigr => b _.
rewrite (@eq_card _ _ [pred x | block x == b]) => [|y]; last by rewrite !inE.
rewrite -/(size b) -/(in_block b); case: (posnP (size b)) => [none|some]; last first.
  by rewrite mulrC mulfVK // pnatr_eq0 -lt0n.
by rewrite none mul0r /in_block big_pred0 // => y; have := card0_eq none y; rewrite !inE.
Qed.

Let variation_bound (S : {set Y}) : mass F Y p' S - variation F Y g p' <= mass F Y g S.
Proof.
rewrite ler_subl_addr -ler_subl_addl /variation ler_pdivl_mulr ?ltr0n // mulr_natr mulr2n.
have gain : mass F Y p' S - mass F Y g S = \sum_(y in S) (p' y - g y) by rewrite /mass sumrB.
have loss : mass F Y p' S - mass F Y g S = \sum_(y | y \notin S) (g y - p' y).
  have := averaged_total; rewrite -same_total (bigID (mem S)) /= [RHS](bigID (mem S)) /= => total.
  have {total} := canRL (addrK _) total; rewrite /mass sumrB => ->.
  by rewrite addrAC; congr (_ - _); rewrite addrAC subrr add0r.
rewrite {1}gain loss [leRHS](bigID (mem S)) /=; apply: ler_add.
  by apply: ler_sum => y _; rewrite distrC ler_norm.
by apply: ler_sum => y _; rewrite ler_norm.
Qed.

Let averaged_is_large : mass F Y p U / #|O|.+1%:R <= mass F Y p' U.
Proof.
rewrite averagedE /mass (partition_big block predT) //= mulr_suml; apply: ler_sum => b _.
set u := #|[pred y | (y \in U) && (block y == b)]|; have [none|some] := posnP u.
  rewrite none mul0r big_pred0 ?mul0r // => y; have := card0_eq none y; by rewrite !inE.
have part : \sum_(y in U | block y == b) p y <= in_block b.
  rewrite /in_block [leRHS](bigID (mem U)) /= (eq_bigl (fun y => (block y == b) && (y \in U))).
    by rewrite ler_addl sumr_ge0.
  by move=> y; rewrite andbC.
have size_small : (size b <= u * #|O|.+1)%N.
  have -> : size b = (u + #|[pred y | (block y == b) && (y \in O)]|)%N.
    rewrite /size /u -!sum1_card (bigID (mem U)) /=; congr (_ + _)%N; apply: eq_bigl => y.
      by rewrite !inE andbC.
    by rewrite !inE negbK.
  rewrite mulnS leq_add2l; apply: leq_trans (leq_pmull _ some); apply: subset_leq_card.
  by apply/subsetP => y; rewrite !inE => /andP[].
have size0 : (0 < size b)%N.
  by apply: leq_trans some _; apply: subset_leq_card; apply/subsetP => y; rewrite !inE => /andP[].
rewrite ler_pdivr_mulr ?ltr0n //; apply: le_trans part _.
have -> : u%:R * (in_block b / (size b)%:R) * #|O|.+1%:R
    = in_block b * ((u * #|O|.+1)%N%:R / (size b)%:R) by rewrite natrM; ring.
rewrite ler_pemulr ?sumr_ge0 // ler_pdivl_mulr ?ltr0n // mul1r ler_nat //.
Qed.

(** g(U) >= p'(U) - TV(g, p') >= p(U)/(|O| + 1) - TV(g, p'). *)
Theorem calibration_forces_innovation :
  mass F Y p' U - variation F Y g p' <= mass F Y g U
  /\ mass F Y p U / #|O|.+1%:R - variation F Y g p' <= mass F Y g U.
Proof.
split; first exact: variation_bound.
by apply: le_trans (variation_bound U); rewrite ler_add2r.
Qed.

(** Exactly calibrated, and some mass is missing: the model innovates. *)
Corollary exactly_calibrated_models_innovate : (forall y, g y = p' y) -> 0 < mass F Y p U ->
  0 < mass F Y g U.
Proof.
move=> same missing; have [_] := calibration_forces_innovation.
rewrite /variation big1 ?mul0r ?subr0 => [|y _]; last by rewrite same subrr normr0.
by apply: lt_le_trans; rewrite divr_gt0 ?ltr0n.
Qed.
End Calibrated.
