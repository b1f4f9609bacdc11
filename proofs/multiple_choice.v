(** opt(G), Theorems 3 and 4 (paper: Sec. 3.3.2, App. C).

    Theorem 4 averages over a uniform threshold t. Its err_iiv is a step function of t with steps at
    the values of q, so the integral over [0, 1] is a finite sum of step lengths times heights. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
From Hallucination Require Import arith world reduction.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(** ** Families of models: any lower bound of all their classifiers, the least error among them *)
Section Opt.
Variables (F : realFieldType) (W : world F) (Theta : Type) (q : Theta -> model W) (opt : F).

Hypothesis mu_nonnegative : forall c : prompt W, 0 <= mu c.
Hypothesis mu_sums_to_1 : \sum_(c : prompt W) mu c = 1.
Hypothesis p_sums_to_1 : forall c : prompt W, \sum_r p c r = 1.
Hypothesis p_noiseless : forall (c : prompt W) r, ~~ V c r -> p c r = 0.
Hypothesis q_sums_to_1 : forall theta (c : prompt W), \sum_r q theta c r = 1.
Hypothesis errors_exist : forall c : prompt W, (0 < #|E c|)%N.
Hypothesis opt_is_least : forall theta t, 0 <= t <= 1 -> opt <= iiv_error (q theta) (fun=> t).

(** err >= 2 opt(G) - k/K - delta for every member. *)
Theorem opt_bound theta :
  2%:R * opt - (k W)%:R / (K W)%:R - delta (q theta) (common_threshold W) <= err (q theta).
Proof.
apply: le_trans (theorem_1 F W (q theta) mu_nonnegative mu_sums_to_1 p_sums_to_1 p_noiseless
  (q_sums_to_1 theta) errors_exist).
rewrite !ler_add2r ler_pmul2l ?ltr0n //; apply: opt_is_least.
rewrite invr_ge0 ler0n /=; case: (posnP (K W)) => [->|K0]; first by rewrite invr0 ler01.
by rewrite invf_le1 ?ltr0n // ler1n.
Qed.
End Opt.

(** ** Step functions: [steps a s f] adds up the lengths of the steps of a :: s times f at the left *)
Section Steps.
Variable F : realFieldType.
Implicit Types (a x : F) (s : seq F) (f g : F -> F).

Fixpoint steps a s f : F := if s is b :: s' then (b - a) * f a + steps b s' f else 0.

Lemma steps_sum (I : finType) (h : I -> F -> F) (w : I -> F) (P : pred I) a s :
  steps a s (fun t => \sum_(i | P i) w i * h i t) = \sum_(i | P i) w i * steps a s (h i).
Proof.
elim: s a => [|b s IH] a /=; first by rewrite big1 // => i _; rewrite mulr0.
rewrite IH mulr_sumr -big_split; apply: eq_bigr => i _ /=; ring.
Qed.

(** The steps below x add up to x - a: the integral of [t < x]. *)
Lemma steps_below a s x : path <=%R a s -> x \in a :: s ->
  steps a s (fun t => (t < x)%R%:R) = x - a.
Proof.
elim: s a => [|b s IH] a /= => [_|/andP[ab sorted]].
  by rewrite inE => /eqP ->; rewrite subrr.
rewrite inE => /predU1P[->|x_in].
  rewrite ltxx mulr0 add0r subrr; elim: s b ab sorted {IH} => //= b' s IH b ab /andP[bb' sorted].
  by rewrite ltNge ab mulr0 add0r; apply: IH => //; apply: le_trans bb'.
rewrite (IH b sorted x_in).
have bx : b <= x.
  by move: x_in; rewrite inE => /predU1P[-> //|]; move/allP: (order_path_min le_trans sorted) => ok /ok.
have [ax|xa] := ltP a x; first by rewrite /=; ring.
by have -> : b = a; [apply/eqP; rewrite eq_le (le_trans bx xa) ab | rewrite /=; ring].
Qed.

Lemma steps_of_1 a s : steps a s (fun=> 1) = last a s - a.
Proof. by elim: s a => [|b s IH] a /=; rewrite ?subrr // IH; ring. Qed.

Lemma steps_sub a s f g : steps a s (fun t => f t - g t) = steps a s f - steps a s g.
Proof. by elim: s a => [|b s IH] a /=; rewrite ?subrr // IH; ring. Qed.

Lemma eq_steps a s f g : f =1 g -> steps a s f = steps a s g.
Proof. by move=> fg; elim: s a => //= b s IH a; rewrite fg IH. Qed.

Lemma le_last a s x : path <=%R a s -> x \in a :: s -> x <= last a s.
Proof.
elim: s a x => [|b s IH] a x /=; first by rewrite inE => _ /eqP ->.
move=> /andP[ab sorted]; rewrite inE => /predU1P[->|x_in]; last exact: IH.
exact: le_trans ab (IH b b sorted (mem_head b s)).
Qed.

(** The average is attained: some step is no higher. *)
Lemma steps_average a s f : path <=%R a s ->
  exists2 t, t \in a :: s & f t * (last a s - a) <= steps a s f.
Proof.
elim: s a => [|b s IH] a /=; first by exists a; rewrite ?mem_head // subrr mulr0.
case/andP=> ab sorted; have [t t_in low] := IH b sorted.
have lb := le_last b s b sorted (mem_head b s).
have [fat|fta] := leP (f a) (f t).
  exists a; first exact: mem_head.
  apply: le_trans (ler_add (lexx _) low); apply: (le_by _ ((f t - f a) * (last b s - b))).
    by rewrite mulr_ge0 ?subr_ge0.
  by ring.
exists t; first by rewrite inE t_in orbT.
apply: le_trans (ler_add (lexx _) low); apply: (le_by _ ((f a - f t) * (b - a))).
  by rewrite mulr_ge0 ?subr_ge0 // ltW.
by ring.
Qed.
End Steps.

(** ** Multiple choice: one valid response per prompt, C = K + 1 choices *)
Section MultipleChoice.
Variables (F : realFieldType) (W : world F) (q : model W).

Hypothesis mu_nonnegative : forall c : prompt W, 0 <= mu c.
Hypothesis p_sums_to_1 : forall c : prompt W, \sum_r p c r = 1.
Hypothesis p_nonnegative : forall (c : prompt W) r, 0 <= p c r.
Hypothesis q_nonnegative : forall (c : prompt W) r, 0 <= q c r.
Hypothesis q_sums_to_1 : forall c : prompt W, \sum_r q c r = 1.
Hypothesis one_valid : forall c : prompt W, #|V c| = 1%N.

(** C: the number of choices, K + 1; the least one if prompts differ. *)
Definition n_choices : nat := (K W).+1.

Let example := [finType of {c : prompt W & response c}].
Let values := [seq q (tag x) (tagged x) | x : example].
Let points := sort <=%R (1 :: values).

Let q_at_most_1 (c : prompt W) r : q c r <= 1.
Proof. by rewrite -(q_sums_to_1 c) (bigD1 r) //= ler_addl sumr_ge0. Qed.

Let q_is_a_point (c : prompt W) r : q c r \in 0 :: points.
Proof.
rewrite inE mem_sort inE; apply/orP; right; apply/orP; right.
by apply/mapP; exists (existT _ c r : example) => //; rewrite mem_enum.
Qed.

Let points_in_01 t : t \in 0 :: points -> 0 <= t <= 1.
Proof.
rewrite inE mem_sort inE => /or3P[/eqP->|/eqP->|/mapP[x _ ->]]; rewrite ?lexx ?ler01 //.
by rewrite q_nonnegative q_at_most_1.
Qed.

Let sorted_points : path <=%R 0 points.
Proof.
rewrite path_min_sorted ?sort_le_sorted //; apply/allP => t t_in.
by have /andP[] := points_in_01 t (mem_behead (s := 0 :: points) t_in).
Qed.

Let last_point : last 0 points = 1.
Proof.
apply/eqP; rewrite eq_le; have /andP[_ ->] := points_in_01 _ (mem_last 0 points) => /=.
by apply: le_last sorted_points _; rewrite inE mem_sort mem_head orbT.
Qed.

Let err_nonnegative : 0 <= err q.
Proof. by apply: mean_ge0 => // c; apply: sumr_ge0. Qed.

(** The share of thresholds t at which (c, r) is misjudged: 1 - q if valid, q if not. *)
Let share (c : prompt W) r : F := if V c r then 1 - q c r else q c r.

Let wrong_at (c : prompt W) r (t : F) : F := (above q (fun=> t) c r != V c r)%:R.

Let steps_wrong_at (c : prompt W) r : steps F 0 points (wrong_at c r) = share c r.
Proof.
have below := steps_below F 0 points (q c r) sorted_points (q_is_a_point c r).
rewrite /share; case Vr: (V c r); last first.
  rewrite -[RHS]subr0 -below; apply: eq_steps => t.
  by rewrite /wrong_at /above Vr; case: ltP.
have one : steps F 0 points (fun=> 1) = 1 by rewrite steps_of_1 last_point subr0.
rewrite -[X in X - _]one -[X in _ - X]subr0 -below -steps_sub; apply: eq_steps => t.
by rewrite /wrong_at /above Vr; case: ltP; rewrite ?subrr ?subr0.
Qed.

(** err_iiv averaged over a uniform threshold. *)
Let average_iiv : steps F 0 points (fun t => iiv_error q (fun=> t))
  = \sum_(c : prompt W) \sum_r D c r * share c r.
Proof.
transitivity (steps F 0 points (fun t => \sum_(c : prompt W) 1 * \sum_r D c r * wrong_at c r t)).
  apply: eq_steps => t; apply: eq_bigr => c _; rewrite mul1r big_mkcond /=.
  by apply: eq_bigr => r _; rewrite /wrong_at; case: (_ != _); rewrite ?mulr1 ?mulr0.
rewrite steps_sum; apply: eq_bigr => c _; rewrite mul1r steps_sum.
by apply: eq_bigr => r _; rewrite steps_wrong_at.
Qed.

Let half_and (n : nat) : F := (1 + n%:R^-1) / 2%:R.

Let average_iiv_is_small : (0 < K W)%N ->
  \sum_(c : prompt W) \sum_r D c r * share c r <= half_and (K W) * err q.
Proof.
move=> K0; rewrite /err -mean_scale; apply: ler_sum => c _.
set wrong := \sum_(r | ~~ V c r) q c r.
have q_below r : ~~ V c r -> q c r <= wrong.
  by move=> bad; rewrite /wrong (bigD1 r) //= ler_addl; apply: sumr_ge0.
have data : \sum_r p c r * share c r <= wrong.
  rewrite -[leRHS]mul1r -(p_sums_to_1 c) mulr_suml; apply: ler_sum => r _.
  apply: ler_wpmul2l => //; rewrite /share; case Vr: (V c r); last by rewrite q_below ?Vr.
  have [a only] := mem_card1 (one_valid c).
  have -> : r = a by apply/eqP; have := only r; rewrite -[r \in V c]/(V c r) Vr inE => <-.
  by rewrite -(q_sums_to_1 c) (bigID (V c)) /= (big_pred1 a) // addrC addKr.
have uniform : \sum_r (if E c r then #|E c|%:R^-1 else 0) * share c r <= (K W)%:R^-1 * wrong.
  rewrite (bigID (V c)) /= [X in X + _]big1 ?add0r => [|r Vr]; last first.
    by rewrite (negbTE (V_not_E Vr)) mul0r.
  rewrite mulr_sumr; apply: ler_sum => r bad; rewrite /share (negbTE bad) ler_wpmul2r //.
  case: ifP => _; last by rewrite invr_ge0 ler0n.
  by rewrite lef_pinv ?posrE ?ltr0n ?ler_nat ?K_le_E // (leq_trans K0 (K_le_E c)).
have -> : \sum_r D c r * share c r = mu c / 2%:R *
    (\sum_r p c r * share c r + \sum_r (if E c r then #|E c|%:R^-1 else 0) * share c r).
  rewrite -big_split mulr_sumr; apply: eq_bigr => r _ /=; rewrite /D.
  rewrite invfM; set h := 2%:R^-1; set i := #|E c|%:R^-1.
  by case: ifP => _; ring.
have half0 : 0 <= mu c / 2%:R by rewrite divr_ge0 ?ler0n.
apply: le_trans (ler_wpmul2l half0 (ler_add data uniform)) _.
by rewrite le_eqVlt; apply/orP; left; apply/eqP; rewrite /half_and /=; field;
  rewrite pnatr_eq0 -lt0n.
Qed.

(** Theorem 4: at some threshold t in [0, 1] the model judges well:
    err >= 2 (1 - 1/C) err_iiv(f_t). No delta, no small term; the training data may even be noisy. *)
Theorem theorem_4 : exists t : F, 0 <= t <= 1 /\
  2%:R * (1 - n_choices%:R^-1) * iiv_error q (fun=> t) <= err q.
Proof.
case: (posnP (K W)) => [K0|K0].
  by exists 0; rewrite lexx ler01 /n_choices K0 invr1 subrr mulr0 mul0r.
have [t t_in low] := steps_average F 0 points (fun t => iiv_error q (fun=> t)) sorted_points.
exists t; split; first exact: points_in_01.
have {low} low : iiv_error q (fun=> t) <= half_and (K W) * err q.
  by move: low; rewrite last_point subr0 mulr1 average_iiv => /le_trans; apply;
    apply: average_iiv_is_small.
have K1 : (K W)%:R != 0 :> F by rewrite pnatr_eq0 -lt0n.
have C1 : (K W)%:R + 1 != 0 :> F by rewrite -(natrD _ _ 1) pnatr_eq0 addn1.
have factor : 2%:R * (1 - n_choices%:R^-1) = 2%:R * (K W)%:R / ((K W)%:R + 1) :> F.
  by rewrite /n_choices -addn1 natrD; field.
rewrite factor; have factor0 : 0 <= 2%:R * (K W)%:R / ((K W)%:R + 1) :> F.
  by rewrite divr_ge0 ?mulr_ge0 ?addr_ge0 ?ler0n ?ler01.
apply: le_trans (ler_wpmul2l factor0 low) _.
by rewrite le_eqVlt; apply/orP; left; apply/eqP; rewrite /half_and; field; rewrite K1.
Qed.
End MultipleChoice.

(** Theorem 3: err >= 2 (1 - 1/C) opt(G), for any lower bound opt of the classifiers [q > t]. *)
Section Theorem3.
Variables (F : realFieldType) (W : world F) (Theta : Type) (q : Theta -> model W) (opt : F).

Hypothesis mu_nonnegative : forall c : prompt W, 0 <= mu c.
Hypothesis p_sums_to_1 : forall c : prompt W, \sum_r p c r = 1.
Hypothesis p_nonnegative : forall (c : prompt W) r, 0 <= p c r.
Hypothesis q_nonnegative : forall theta (c : prompt W) r, 0 <= q theta c r.
Hypothesis q_sums_to_1 : forall theta (c : prompt W), \sum_r q theta c r = 1.
Hypothesis one_valid : forall c : prompt W, #|V c| = 1%N.
Hypothesis opt_is_least : forall theta t, 0 <= t <= 1 -> opt <= iiv_error (q theta) (fun=> t).

Theorem theorem_3 theta : 2%:R * (1 - (n_choices F W)%:R^-1) * opt <= err (q theta).
Proof.
have [t [t01 low]] := theorem_4 F W (q theta) mu_nonnegative p_sums_to_1 p_nonnegative
  (q_nonnegative theta) (q_sums_to_1 theta) one_valid.
apply: le_trans low; rewrite ler_wpmul2l ?opt_is_least // mulr_ge0 ?ler0n // subr_ge0.
by rewrite invf_le1 ?ltr0n ?ler1n.
Qed.
End Theorem3.
