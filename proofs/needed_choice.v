(** Theorems 3 and 4 and the opt(G) bound need each of their hypotheses: worlds of rational numbers in
    which the other hypotheses hold and the claim fails at every threshold in [0, 1]. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Hallucination Require Import world tables multiple_choice needed_reduction.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(** ** What holds at 0 and at each value of q holds at every threshold t >= 0 *)
Section AllThresholds.
Variables (T : table) (claim : pred rat).

Definition q_values : seq rat := flatten [seq [seq row_q r | r <- c.2] | c <- T].
Definition claim_at (t : rat) : bool := claim (table_iiv T (fun=> t)).

Let point (t : rat) : 0 <= t ->
  exists m, [/\ m \in 0 :: q_values, m <= t & forall x, x \in q_values -> x <= t -> x <= m].
Proof.
move=> t0; elim: q_values => [|y s [m [m_in mt top]]]; first by exists 0; rewrite mem_head.
have m_in2 : m \in [:: 0, y & s] by move: m_in; rewrite !inE => /orP[->|->]; rewrite ?orbT.
case: (boolP ((y <= t) && (m <= y))) => [/andP[yt my]|ny].
  exists y; split=> //; first by rewrite !inE eqxx orbT.
  by move=> x; rewrite inE => /predU1P[-> //|xs xt]; apply: le_trans (top x xs xt) my.
exists m; split=> // x; rewrite inE => /predU1P[-> yt|]; last exact: top.
by move: ny; rewrite yt /= -ltNge => /ltW.
Qed.

Let eq_sum (m t : rat) (P : row -> bool) (f : row -> rat) rs :
  (forall x, x \in [seq row_q r | r <- rs] -> (m < x) = (t < x)) ->
  sum_of row (fun r => (m < row_q r) != P r) f rs = sum_of row (fun r => (t < row_q r) != P r) f rs.
Proof.
elim: rs => //= r rs IH same; rewrite same ?mem_head // IH // => x x_in.
by apply: same; rewrite inE x_in orbT.
Qed.

Let eq_iiv (m t : rat) : (forall x, x \in q_values -> (m < x) = (t < x)) ->
  table_iiv T (fun=> m) = table_iiv T (fun=> t).
Proof.
rewrite /table_iiv /average /q_values => same; congr (_ / _); elim: T same => //= c s IH same.
rewrite IH => [|x x_in]; last by apply: same; rewrite mem_cat x_in orbT.
congr (_ * _ + _); apply: eq_sum => x x_in.
by apply: same; rewrite mem_cat x_in.
Qed.

Lemma all_thresholds : all claim_at (0 :: q_values) -> forall t, 0 <= t -> claim_at t.
Proof.
move=> /allP ok t t0; have [m [m_in mt top]] := point t t0; have := ok m m_in.
rewrite /claim_at (eq_iiv m t) // => x x_in; apply/idP/idP => [mx|]; last exact: le_lt_trans.
by rewrite ltNge; apply/negP => xt; move: mx; rewrite ltNge (top x x_in xt).
Qed.
End AllThresholds.

Section Claims.
Variables (W : world Q) (q : model W).
Definition one_valid : Prop := forall c : prompt W, #|V c| = 1%N.
Definition theorem_4_fails (C : nat) : Prop := forall t, 0 <= t <= 1 ->
  err q < 2%:R * (1 - C%:R^-1) * iiv_error q (fun=> t).
Definition opt_bound_fails : Prop := exists opt, (forall t, 0 <= t <= 1 -> opt <= iiv_error q (fun=> t))
  /\ err q < 2%:R * opt - (k W)%:R / (K W)%:R - delta q (common_threshold W).
End Claims.

Lemma one_valid_by (T : table) : all (fun c => n_valid c.2 == 1)%N T -> one_valid (world_of T).
Proof. by move=> /(all_nthP no_prompt) ok c; rewrite n_validE; apply/eqP/ok. Qed.

Lemma theorem_4_fails_by (T : table) (C : nat) :
  all (claim_at T (fun iiv => table_err T < 2%:R * (1 - C%:R^-1) * iiv)) (0 :: q_values T) ->
  theorem_4_fails (world_of T) (model_of T) C.
Proof.
move=> ok t /andP[t0 _]; have := all_thresholds T _ ok t t0.
by rewrite /claim_at errE (iivE T (fun=> t)).
Qed.

Lemma opt_bound_fails_by (T : table) (opt : rat) :
  all (claim_at T (fun iiv => opt <= iiv)) (0 :: q_values T) ->
  (let t := fun=> (table_K T)%:R^-1 in
   table_err T < 2%:R * opt - (table_k T)%:R / (table_K T)%:R - `|table_gap T t|) ->
  opt_bound_fails (world_of T) (model_of T).
Proof.
move=> ok small; exists opt; split.
  by move=> t /andP[t0 _]; have := all_thresholds T _ ok t t0; rewrite /claim_at (iivE T (fun=> t)).
by rewrite /delta errE kE KE gap_commonE.
Qed.

Notation v p q := (Valid, p : rat, q : rat).
Notation e q := (PlausibleError, 0 : rat, q : rat).
Notation "a // b" := (a%:R / b%:R : rat) (at level 40).

Ltac one_more := lazymatch goal with
  | |- one_valid _ => apply: one_valid_by; by vm_compute
  | |- and5 _ _ _ _ _ => split; one_more
  | |- and4 _ _ _ _ => split; one_more
  | |- _ => hypothesis
  end.
Ltac fails_4 T := exists (world_of T), (model_of T); split; [by one_more |
  rewrite ?/n_choices ?KE; apply: theorem_4_fails_by; by vm_compute].
Ltac fails_opt T opt := exists (world_of T), (model_of T); split; [by one_more |
  apply: (opt_bound_fails_by T opt); by vm_compute].

(** ** Theorem 4, and with it Theorem 3 *)
Definition debt : table := let r := e (1//5) in [:: (2%:R, [:: v 1 1; e 0]);
  (- (1), [:: v 1 (1//5); r; r; r; r])].
Lemma theorem_4_needs_mu_nonnegative : exists (W : world Q) (q : model W),
  [/\ mu_sums_to_1 W, p_is_law W, q_is_law W q & one_valid W] /\ theorem_4_fails W q (n_choices Q W).
Proof. fails_4 debt. Qed.

Definition heavy_data : table := [:: (1, [:: v 10%:R 0; e 1])].
Lemma theorem_4_needs_p_sums_to_1 : exists (W : world Q) (q : model W),
  [/\ mu_is_law W, p_nonnegative W, q_is_law W q & one_valid W]
  /\ theorem_4_fails W q (n_choices Q W).
Proof. fails_4 heavy_data. Qed.

Definition negative_data : table :=
  [:: (1, [:: v 3%:R 0; (PlausibleError, - 2%:R, 0); e 1])].
Lemma theorem_4_needs_p_nonnegative : exists (W : world Q) (q : model W),
  [/\ mu_is_law W, p_sums_to_1 W, q_is_law W q & one_valid W]
  /\ theorem_4_fails W q (n_choices Q W).
Proof. fails_4 negative_data. Qed.

Definition overdrawn : table := [:: (1, [:: v 1 2%:R; e (- (1))])].
Lemma theorem_4_needs_q_nonnegative : exists (W : world Q) (q : model W),
  [/\ mu_is_law W, p_is_law W, q_sums_to_1 W q & one_valid W]
  /\ theorem_4_fails W q (n_choices Q W).
Proof. fails_4 overdrawn. Qed.

Lemma theorem_4_needs_q_sums_to_1 : exists (W : world Q) (q : model W),
  [/\ mu_is_law W, p_is_law W, q_nonnegative W q & one_valid W]
  /\ theorem_4_fails W q (n_choices Q W).
Proof. fails_4 silent_model. Qed.

Definition two_answers : table := [:: (1, [:: v 1 0; v 0 1; e 0])].
Lemma theorem_4_needs_one_valid : exists (W : world Q) (q : model W),
  [/\ mu_is_law W, p_is_law W, noiseless W & q_is_law W q] /\ theorem_4_fails W q (n_choices Q W).
Proof. fails_4 two_answers. Qed.

(** C must be the least number of choices. *)
Lemma theorem_4_needs_the_least_C : exists (W : world Q) (q : model W) (c : prompt W),
  [/\ mu_is_law W, p_is_law W, q_is_law W q & one_valid W] /\ theorem_4_fails W q #|E c|.+1.
Proof.
exists (world_of uneven_errors), (model_of uneven_errors), (Ordinal (isT : 0 < 2)%N).
by split; [one_more | rewrite n_errorsE; apply: theorem_4_fails_by; vm_compute].
Qed.

(** Theorem 3 needs every threshold in the family: at a fixed one the claim is false. *)
Definition fixed : table := [:: (1, [:: v 1 (3//4); e (1//4); e 0])].
Lemma theorem_3_needs_every_threshold : exists (W : world Q) (q : model W) (t : rat),
  [/\ mu_is_law W, p_is_law W, q_is_law W q & one_valid W]
  /\ err q < 2%:R * (1 - (n_choices Q W)%:R^-1) * iiv_error q (fun=> t).
Proof.
exists (world_of fixed), (model_of fixed), (9//10); split; first by one_more.
by rewrite /n_choices KE errE (iivE _ (fun=> _)); vm_compute.
Qed.

(** ** The opt(G) bound, for the family of a single model *)
Definition big_debt : table := let r := e (1//5) in [:: (10%:R, [:: v 1 (1//2); e (1//2)]);
  (- 9%:R, [:: v 1 (1//5); r; r; r; r])].
Lemma opt_bound_needs_mu_nonnegative : exists (W : world Q) (q : model W),
  [/\ mu_sums_to_1 W, p_is_law W, noiseless W, q_is_law W q & errors_exist W]
  /\ opt_bound_fails W q.
Proof. fails_opt big_debt (1//2). Qed.

Definition double_guess : table := [:: (2%:R, [:: v 1 (1//3); e (1//3); e (1//3)])].
Lemma opt_bound_needs_mu_sums_to_1 : exists (W : world Q) (q : model W),
  [/\ mu_nonnegative W, p_is_law W, noiseless W, q_is_law W q & errors_exist W]
  /\ opt_bound_fails W q.
Proof. fails_opt double_guess (1//1). Qed.

Definition heavy_data_2 : table := [:: (1, [:: v 10%:R 0; e (1//2); e (1//2)])].
Lemma opt_bound_needs_p_sums_to_1 : exists (W : world Q) (q : model W),
  [/\ mu_is_law W, p_nonnegative W, noiseless W, q_is_law W q & errors_exist W]
  /\ opt_bound_fails W q.
Proof. fails_opt heavy_data_2 (5//1). Qed.

Lemma opt_bound_needs_noiseless_data : exists (W : world Q) (q : model W),
  [/\ mu_is_law W, p_sums_to_1 W, q_is_law W q & errors_exist W] /\ opt_bound_fails W q.
Proof. fails_opt negative_data (3//2). Qed.

Lemma opt_bound_needs_q_sums_to_1 : exists (W : world Q) (q : model W),
  [/\ mu_is_law W, p_is_law W, noiseless W, q_nonnegative W q & errors_exist W]
  /\ opt_bound_fails W q.
Proof. fails_opt silent_model (1//2). Qed.

Definition no_errors_guess : table :=
  [:: (1//2, [:: v 1 1]); (1//2, [:: v 1 (1//3); e (1//3); e (1//3)])].
Lemma opt_bound_needs_errors : exists (W : world Q) (q : model W),
  [/\ mu_is_law W, p_is_law W, noiseless W & q_is_law W q] /\ opt_bound_fails W q.
Proof. fails_opt no_errors_guess (1//4). Qed.
