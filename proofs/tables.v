(** Worlds with rational numbers, written as tables, whose quantities Coq computes.

    Each number that a table computes is proved equal to the definition in [world.v]. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Hallucination Require Import world.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Notation Q := [realFieldType of rat].

(** A response: label, p(r|c), q(r|c). A table: for each prompt mu(c) and its responses. *)
Definition row := (kind * rat * rat)%type.
Definition table := seq (rat * seq row).
Definition row_label (r : row) := r.1.1.
Definition row_p (r : row) := r.1.2.
Definition row_q (r : row) := r.2.

Definition valid_row (r : row) := if row_label r is Valid then true else false.
Definition error_row (r : row) := if row_label r is PlausibleError then true else false.

Definition no_row : row := (Nonsense, 0, 0).
Definition no_prompt : rat * seq row := (0, [::]).

Section WorldOfTable.
Variable T : table.
Definition rows (c : 'I_(size T)) : seq row := (nth no_prompt T c).2.
Definition the_row c (r : 'I_(size (rows c))) : row := nth no_row (rows c) r.

Definition world_of : world Q :=
  @World Q [finType of 'I_(size T)] (fun c => [finType of 'I_(size (rows c))])
    (fun c r => row_label (the_row c r)) (fun c => (nth no_prompt T c).1)
    (fun c r => row_p (the_row c r)).
Definition model_of : model world_of := fun c r => row_q (the_row c r).
End WorldOfTable.

(** Sums over lists that compute. *)
Definition sum_of (T : Type) (P : T -> bool) (f : T -> rat) (s : seq T) : rat :=
  foldr (fun x total => if P x then f x + total else total) 0 s.
Definition average (f : seq row -> rat) (T : table) : rat :=
  sum_of _ xpredT (fun c => c.1 * f c.2) T.
Definition n_errors (rs : seq row) := count error_row rs.
Definition n_valid (rs : seq row) := count valid_row rs.
Definition table_k (T : table) := foldr maxn 0%N [seq n_valid c.2 | c <- T].
Definition table_K (T : table) :=
  foldr minn (foldr maxn 0%N [seq n_errors c.2 | c <- T]) [seq n_errors c.2 | c <- T].

Section Quantities.
Variable T : table.
Variable z : seq row -> rat.   (* threshold of a prompt with these responses *)
Definition above_row (rs : seq row) (r : row) := z rs < row_q r.
Definition table_err := average (sum_of _ (fun r => ~~ valid_row r) row_q) T.
Definition table_iiv := average (fun rs => sum_of _ (fun r => above_row rs r != valid_row r)
  (fun r => row_p r + (if error_row r then (n_errors rs)%:R^-1 else 0)) rs) T / 2%:R.
Definition table_gap :=
  average (fun rs => sum_of _ (above_row rs) row_q rs) T
  - average (fun rs => sum_of _ (above_row rs) row_p rs) T.
Definition table_overshoot := average (fun rs => sum_of _
  (fun r => above_row rs r && ~~ valid_row r)
  (fun r => row_q r - (if error_row r then (n_errors rs)%:R^-1 else 0)) rs) T.
Definition table_unused := average (fun rs => sum_of _ valid_row
  (fun r => z rs - (if above_row rs r then 0 else row_q r)) rs) T.
End Quantities.

Lemma sum_ofE (X : Type) (x0 : X) (P : X -> bool) (f : X -> rat) (s : seq X) :
  \sum_(i < size s | P (nth x0 s i)) f (nth x0 s i) = sum_of _ P f s.
Proof.
rewrite -(big_mkord (fun i => P (nth x0 s i)) (fun i => f (nth x0 s i))) -(big_nth x0 P f).
by elim: s => [|x s IH] /=; rewrite ?big_nil // big_cons IH.
Qed.

Lemma count_ofE (X : Type) (x0 : X) (P : X -> bool) (s : seq X) :
  #|[pred i : 'I_(size s) | P (nth x0 s i)]| = count P s.
Proof.
rewrite -sum1_card -(big_mkord (fun i => P (nth x0 s i)) (fun=> 1%N)) -(big_nth x0 P (fun=> 1%N)).
by rewrite sum1_count.
Qed.

Section Correct.
Variable T : table.
Let W := world_of T.

Lemma averageE (f : seq row -> rat) : mean (fun c : prompt W => f (rows T c)) = average f T.
Proof. by rewrite /average -(sum_ofE _ no_prompt). Qed.

Lemma n_validE (c : prompt W) : #|V c| = n_valid (rows T c).
Proof. by rewrite /n_valid -(count_ofE _ no_row). Qed.

Lemma n_errorsE (c : prompt W) : #|E c| = n_errors (rows T c).
Proof. by rewrite /n_errors -(count_ofE _ no_row). Qed.

Let fold_ofE (op : nat -> nat -> nat) start (f : seq row -> nat) :
  \big[op/start]_(c : prompt W) f (rows T c) = foldr op start [seq f c.2 | c <- T].
Proof.
rewrite -(big_mkord xpredT (fun i => f (nth no_prompt T i).2)).
rewrite -(big_nth no_prompt xpredT (fun c => f c.2)) unlock.
by elim: T => //= c s ->.
Qed.

Lemma kE : k W = table_k T.
Proof. by rewrite /table_k -fold_ofE; apply: eq_bigr => c _; rewrite n_validE. Qed.

Lemma KE : K W = table_K T.
Proof.
rewrite /table_K -!fold_ofE /K; have -> : \max_(c : prompt W) #|E c| = \max_c n_errors (rows T c).
  by apply: eq_bigr => c _; rewrite n_errorsE.
by apply: eq_bigr => c _; rewrite n_errorsE.
Qed.

Lemma errE : err (model_of T) = table_err T.
Proof.
rewrite /table_err -averageE; apply: eq_mean => c.
by rewrite -(sum_ofE _ no_row).
Qed.

Section Thresholds.
Variable z : seq row -> rat.
Let zc : prompt W -> rat := fun c => z (rows T c).

Lemma iivE : iiv_error (model_of T) zc = table_iiv T z.
Proof.
rewrite /table_iiv; apply: (canRL (mulfK _)) => //; rewrite mulrC clf_errorE -averageE.
by apply: eq_mean => c; rewrite -(sum_ofE _ no_row) n_errorsE.
Qed.

Lemma gapE : gap (model_of T) zc = table_gap T z.
Proof.
rewrite /table_gap -!averageE; congr (_ - _); apply: eq_mean => c;
by rewrite -(sum_ofE _ no_row).
Qed.

Lemma overshootE : overshoot (model_of T) zc = table_overshoot T z.
Proof.
by rewrite /table_overshoot -averageE; apply: eq_mean => c; rewrite -(sum_ofE _ no_row) n_errorsE.
Qed.

Lemma unusedE : unused_room (model_of T) zc = table_unused T z.
Proof.
by rewrite /table_unused -averageE; apply: eq_mean => c; rewrite -(sum_ofE _ no_row).
Qed.
End Thresholds.

(** The threshold 1/K. *)
Let t : seq row -> rat := fun=> (table_K T)%:R^-1.

Lemma iiv_commonE : iiv_error (model_of T) (common_threshold W) = table_iiv T t.
Proof. by rewrite -iivE /common_threshold KE. Qed.

Lemma gap_commonE : gap (model_of T) (common_threshold W) = table_gap T t.
Proof. by rewrite -gapE /common_threshold KE. Qed.

Lemma overshoot_commonE : overshoot (model_of T) (common_threshold W) = table_overshoot T t.
Proof. by rewrite -overshootE /common_threshold KE. Qed.

Lemma unused_commonE : unused_room (model_of T) (common_threshold W) = table_unused T t.
Proof. by rewrite -unusedE /common_threshold KE. Qed.

(** The thresholds 1/|E_c|. *)
Let own : seq row -> rat := fun rs => (n_errors rs)%:R^-1.

Lemma iiv_ownE : iiv_error (model_of T) (own_threshold W) = table_iiv T own.
Proof. by rewrite -iivE; apply: eq_bigr => c _; rewrite /own_threshold /above n_errorsE. Qed.

Lemma gap_ownE : gap (model_of T) (own_threshold W) = table_gap T own.
Proof.
by rewrite -gapE; congr (_ - _); apply: eq_mean => c;
  rewrite /own_threshold /above n_errorsE.
Qed.

(** Hypotheses as computations. *)
Let for_prompts (P : pred (rat * seq row)) : all P T -> forall c : 'I_(size T), P (nth no_prompt T c).
Proof. by move=> /(all_nthP no_prompt) ok c; apply: ok. Qed.

Let for_rows (P : pred row) : all (fun c => all P c.2) T -> forall c r, P (the_row T c r).
Proof. by move=> ok c r; have /(all_nthP no_row) := for_prompts _ ok c; apply. Qed.

Lemma mu_nonnegative_by : all (fun c => 0 <= c.1) T -> forall c : prompt W, 0 <= mu c.
Proof. by move=> ok c; apply: for_prompts ok c. Qed.

Lemma mu_sums_to_1_by : sum_of _ xpredT fst T = 1 -> \sum_(c : prompt W) mu c = 1.
Proof. by rewrite -(sum_ofE _ no_prompt). Qed.

Let sums_by (f : row -> rat) : all (fun c => sum_of _ xpredT f c.2 == 1) T ->
  forall c : prompt W, \sum_(r : response c) f (the_row T c r) = 1.
Proof. by move=> ok c; have /eqP := for_prompts _ ok c; rewrite -(sum_ofE _ no_row). Qed.

Lemma p_sums_to_1_by : all (fun c => sum_of _ xpredT row_p c.2 == 1) T ->
  forall c : prompt W, \sum_r p c r = 1.
Proof. exact: sums_by. Qed.

Lemma q_sums_to_1_by : all (fun c => sum_of _ xpredT row_q c.2 == 1) T ->
  forall c : prompt W, \sum_r model_of T c r = 1.
Proof. exact: sums_by. Qed.

Lemma p_nonnegative_by : all (fun c => all (fun r => 0 <= row_p r) c.2) T ->
  forall (c : prompt W) r, 0 <= p c r.
Proof. by move=> ok c r; apply: for_rows ok c r. Qed.

Lemma q_nonnegative_by : all (fun c => all (fun r => 0 <= row_q r) c.2) T ->
  forall (c : prompt W) r, 0 <= model_of T c r.
Proof. by move=> ok c r; apply: for_rows ok c r. Qed.

Lemma p_noiseless_by : all (fun c => all (fun r => valid_row r || (row_p r == 0)) c.2) T ->
  forall (c : prompt W) r, ~~ V c r -> p c r = 0.
Proof. by move=> ok c r bad; have := for_rows _ ok c r; rewrite -[valid_row _]/(V c r) (negbTE bad) => /eqP. Qed.

Lemma errors_exist_by : all (fun c => 0 < n_errors c.2)%N T -> forall c : prompt W, (0 < #|E c|)%N.
Proof. by move=> ok c; rewrite n_errorsE; apply: for_prompts ok c. Qed.

End Correct.
