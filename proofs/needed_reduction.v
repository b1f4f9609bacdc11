(** Theorem 1 and its kin need each of their hypotheses and each of their terms: for each a world of
    rational numbers in which all the other hypotheses hold and the claim is false. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Hallucination Require Import world tables tight.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Claims.
Variables (W : world Q) (q : model W).

Definition mu_nonnegative : Prop := forall c : prompt W, 0 <= mu c.
Definition mu_sums_to_1 : Prop := \sum_(c : prompt W) mu c = 1.
Definition p_nonnegative : Prop := forall (c : prompt W) r, 0 <= p c r.
Definition p_sums_to_1 : Prop := forall c : prompt W, \sum_r p c r = 1.
Definition noiseless : Prop := forall (c : prompt W) r, ~~ V c r -> p c r = 0.
Definition errors_exist : Prop := forall c : prompt W, (0 < #|E c|)%N.
Definition q_nonnegative : Prop := forall (c : prompt W) r, 0 <= q c r.
Definition q_sums_to_1 : Prop := forall c : prompt W, \sum_r q c r = 1.

Definition mu_is_law : Prop := mu_nonnegative /\ mu_sums_to_1.
Definition p_is_law : Prop := p_nonnegative /\ p_sums_to_1.
Definition q_is_law : Prop := q_nonnegative /\ q_sums_to_1.
Definition all_hypotheses : Prop := [/\ mu_is_law, p_is_law, noiseless, errors_exist & q_is_law].

(** Theorem 1's claim with any constant a, threshold z, small term s. *)
Definition claim (a : rat) (z : prompt W -> rat) (s : rat) : Prop :=
  a * iiv_error q z - s - delta q z <= err q.
Definition claim_1 : Prop := claim 2%:R (common_threshold W) ((k W)%:R / (K W)%:R).
Definition claim_X2 : Prop :=
  claim 2%:R (own_threshold W) (mean (fun c : prompt W => #|V c|%:R / #|E c|%:R)).
Definition claim_X8 : Prop := claim 2%:R (common_threshold W)
  (mean (fun c : prompt W => Num.min 1 (#|V c|%:R * common_threshold W c))).
End Claims.

(** Rows: valid, error, nonsense with p and q as fractions. *)
Notation v p q := (Valid, p : rat, q : rat).
Notation e q := (PlausibleError, 0 : rat, q : rat).
Notation n q := (Nonsense, 0 : rat, q : rat).
Notation "a // b" := (a%:R / b%:R : rat) (at level 40).

Ltac hypothesis :=
  lazymatch goal with
  | |- and5 _ _ _ _ _ => split; hypothesis
  | |- and4 _ _ _ _ => split; hypothesis
  | |- all_hypotheses _ _ => split; hypothesis
  | |- mu_is_law _ => split; hypothesis
  | |- p_is_law _ => split; hypothesis
  | |- q_is_law _ _ => split; hypothesis
  | |- mu_nonnegative _ => apply: mu_nonnegative_by; by vm_compute
  | |- mu_sums_to_1 _ => apply: mu_sums_to_1_by; by apply/eqP; vm_compute
  | |- p_nonnegative _ => apply: p_nonnegative_by; by vm_compute
  | |- p_sums_to_1 _ => apply: p_sums_to_1_by; by vm_compute
  | |- noiseless _ => apply: p_noiseless_by; by vm_compute
  | |- errors_exist _ => apply: errors_exist_by; by vm_compute
  | |- q_nonnegative _ _ => apply: q_nonnegative_by; by vm_compute
  | |- q_sums_to_1 _ _ => apply: q_sums_to_1_by; by vm_compute
  end.
Ltac compute_claim :=
  rewrite ?iiv_commonE ?gap_commonE ?iiv_ownE ?gap_ownE ?kE ?KE errE; by vm_compute.
Ltac by_world T := exists (world_of T), (model_of T); split; [hypothesis |].
Ltac refuted T := by_world T; rewrite /claim_1 /claim /delta; compute_claim.

(** ** Each hypothesis of Theorem 1 *)

(** A prompt of negative weight. *)
Definition negative_prompt : table := [:: (2, [:: v 1 1; e 0]); (-1, [:: v 1 0; e 1])].
Lemma theorem_1_needs_mu_nonnegative : exists (W : world Q) (q : model W),
  [/\ mu_sums_to_1 W, p_is_law W, noiseless W, errors_exist W & q_is_law W q]
  /\ ~ claim_1 W q.
Proof. refuted negative_prompt. Qed.

(** A prompt counted twice. *)
Definition double_prompt : table := [:: (2, [:: v 1 (1//2); e (1//4); e (1//4)])].
Lemma theorem_1_needs_mu_sums_to_1 : exists (W : world Q) (q : model W),
  [/\ mu_nonnegative W, p_is_law W, noiseless W, errors_exist W
    & q_is_law W q] /\ ~ claim_1 W q.
Proof. refuted double_prompt. Qed.

(** Training data counted twice. *)
Definition double_data : table := [:: (1, [:: v 2 (1//2); e (1//4); e (1//4)])].
Lemma theorem_1_needs_p_sums_to_1 : exists (W : world Q) (q : model W),
  [/\ mu_is_law W, p_nonnegative W, noiseless W, errors_exist W
    & q_is_law W q] /\ ~ claim_1 W q.
Proof. refuted double_data. Qed.

(** Training data full of errors, learned by heart. *)
Definition false_data : table :=
  let r := (PlausibleError, 1//3, 1//3) in [:: (1, [:: v 0 0; r; r; r; e 0])].
Lemma theorem_1_needs_noiseless_data : exists (W : world Q) (q : model W),
  [/\ mu_is_law W, p_is_law W, errors_exist W & q_is_law W q] /\ ~ claim_1 W q.
Proof. refuted false_data. Qed.

(** A model that says nothing at all. *)
Definition silent_model : table := [:: (1, [:: v 1 0; e 0; e 0])].
Lemma theorem_1_needs_q_sums_to_1 : exists (W : world Q) (q : model W),
  [/\ mu_is_law W, p_is_law W, noiseless W, errors_exist W & q_nonnegative W q]
  /\ ~ claim_1 W q.
Proof. refuted silent_model. Qed.

(** A prompt without errors makes K = 0, and 1/0 is 0 in Coq. *)
Definition no_errors : table := [:: (1//2, [:: v 1 1]); (1//2, [:: v 1 (1//2); e (1//4); e (1//4)])].
Lemma theorem_1_needs_errors : exists (W : world Q) (q : model W),
  [/\ mu_is_law W, p_is_law W, noiseless W & q_is_law W q] /\ ~ claim_1 W q.
Proof. refuted no_errors. Qed.

(** ** Each term of Theorem 1 *)
(** delta: a fact table that only says "I don't know" never errs. *)
Definition fact_table : table := [:: (1, [:: v 1 0; v 0 1; e 0; e 0; e 0; e 0])].
Lemma theorem_1_needs_delta : exists (W : world Q) (q : model W), all_hypotheses W q
  /\ err q < 2%:R * iiv_error q (common_threshold W) - (k W)%:R / (K W)%:R.
Proof. by_world fact_table; compute_claim. Qed.

(** k/K. *)
Definition small_world : table := [:: (1, [:: v 1 (1//2); e (1//4); e (1//4)])].
Lemma theorem_1_needs_k_over_K : exists (W : world Q) (q : model W), all_hypotheses W q
  /\ ~ claim W q 2%:R (common_threshold W) 0.
Proof. refuted small_world. Qed.

(** k may not be the least number of valid responses. *)
Definition uneven_valid : table :=
  [:: (0, [:: v 1 1; e 0; e 0; e 0; e 0]);
      (1, [:: v 1 (1//4); v 0 (1//4); v 0 (1//4); e (1//4); e 0; e 0; e 0])].
Lemma theorem_1_needs_the_largest_V : exists (W : world Q) (q : model W) (c : prompt W),
  all_hypotheses W q /\ ~ claim W q 2%:R (common_threshold W) (#|V c|%:R / (K W)%:R).
Proof.
exists (world_of uneven_valid), (model_of uneven_valid), (Ordinal (isT : 0 < 2)%N).
by split; [hypothesis | rewrite /claim /delta n_validE; compute_claim].
Qed.

(** K may not be the largest number of errors, neither in the small term nor in the threshold. *)
Definition uneven_errors : table :=
  [:: (0, [:: v 1 1; e 0; e 0; e 0; e 0; e 0; e 0; e 0; e 0; e 0; e 0]);
      (1, [:: v 1 (1//2); e (1//2)])].
Lemma theorem_1_needs_the_smallest_E : exists (W : world Q) (q : model W) (c : prompt W),
  all_hypotheses W q /\ ~ claim W q 2%:R (fun=> #|E c|%:R^-1) ((k W)%:R / #|E c|%:R).
Proof.
exists (world_of uneven_errors), (model_of uneven_errors), (Ordinal (isT : 0 < 2)%N).
split; first hypothesis.
by rewrite /claim /delta n_errorsE (iivE _ (fun=> _)) (gapE _ (fun=> _)); compute_claim.
Qed.

(** The threshold may not be lower than 1/K ... *)
Definition many_errors : table :=
  let r := e (6//100) in [:: (1, [:: v 1 (4//10); r; r; r; r; r; r; r; r; r; r])].
Lemma theorem_1_needs_no_lower_threshold : exists (W : world Q) (q : model W) (z : rat),
  [/\ all_hypotheses W q, z < (K W)%:R^-1 & ~ claim W q 2%:R (fun=> z) ((k W)%:R / (K W)%:R)].
Proof.
exists (world_of many_errors), (model_of many_errors), (1//20).
split; [hypothesis | by rewrite KE; vm_compute |].
by rewrite /claim /delta (iivE _ (fun=> _)) (gapE _ (fun=> _)); compute_claim.
Qed.

(** ... nor higher. *)
Definition knows_all : table := [:: (1, [:: v 1 1; e 0; e 0; e 0; e 0; e 0; e 0; e 0; e 0])].
Lemma theorem_1_needs_no_higher_threshold : exists (W : world Q) (q : model W) (z : rat),
  [/\ all_hypotheses W q, (K W)%:R^-1 < z & ~ claim W q 2%:R (fun=> z) ((k W)%:R / (K W)%:R)].
Proof.
exists (world_of knows_all), (model_of knows_all), 1.
split; [hypothesis | by rewrite KE; vm_compute |].
by rewrite /claim /delta (iivE _ (fun=> _)) (gapE _ (fun=> _)); compute_claim.
Qed.

(** Sec. 5: nonsense must count as error. *)
Definition babbler : table := [:: (1, [:: v 1 0; e 0; e 0; n (1//2); n (1//2)])].
Lemma nonsense_must_count_as_error : exists (W : world Q) (q : model W), all_hypotheses W q
  /\ mean (fun c : prompt W => \sum_(r | E c r) q c r)
     < 2%:R * iiv_error q (common_threshold W) - (k W)%:R / (K W)%:R
       - delta q (common_threshold W).
Proof.
by_world babbler.
rewrite (eq_mean (g := fun c : prompt (world_of babbler) => sum_of _ error_row row_q (rows babbler c))); last first.
  by move=> c; rewrite -(sum_ofE _ no_row).
by rewrite averageE /delta iiv_commonE gap_commonE kE KE; vm_compute.
Qed.

(** X1 needs the signed gap: with delta for it the terms miss the slack. *)
Definition underconfident : table := [:: (1, [:: v 1 (3//5); e (2//5); e 0])].
Lemma exact_slack_needs_the_signed_gap : exists (W : world Q) (q : model W), all_hypotheses W q
  /\ let t := common_threshold W in
     err q <> 2%:R * iiv_error q t - delta q t - mean (fun c : prompt W => #|V c|%:R * t c)
              + overshoot q t + unused_room q t.
Proof.
by_world underconfident; rewrite /common_threshold /delta iiv_commonE gap_commonE errE KE.
pose z : seq row -> rat := fun=> (table_K underconfident)%:R^-1.
rewrite (overshootE _ z) (unusedE _ z).
rewrite (eq_mean (g := fun c : prompt (world_of underconfident) => (n_valid (rows underconfident c))%:R * z (rows underconfident c))).
  by rewrite (averageE _ (fun rs => (n_valid rs)%:R * z rs)); apply/eqP; vm_compute.
by move=> c; rewrite n_validE.
Qed.

(** ** X2: each hypothesis, and its own thresholds *)
Ltac refuted_X2 T := by_world T; rewrite /claim_X2 /claim /delta;
  rewrite (eq_mean (g := fun c : prompt (world_of T) => (n_valid (rows T c))%:R / (n_errors (rows T c))%:R));
    [rewrite (averageE _ (fun rs => (n_valid rs)%:R / (n_errors rs)%:R)); compute_claim
    | by move=> c; rewrite n_validE n_errorsE].

Lemma X2_needs_mu_nonnegative : exists (W : world Q) (q : model W),
  [/\ mu_sums_to_1 W, p_is_law W, noiseless W, errors_exist W & q_is_law W q]
  /\ ~ claim_X2 W q.
Proof. refuted_X2 negative_prompt. Qed.

Lemma X2_needs_p_sums_to_1 : exists (W : world Q) (q : model W),
  [/\ mu_is_law W, p_nonnegative W, noiseless W, errors_exist W
    & q_is_law W q] /\ ~ claim_X2 W q.
Proof. refuted_X2 double_data. Qed.

Lemma X2_needs_noiseless_data : exists (W : world Q) (q : model W),
  [/\ mu_is_law W, p_is_law W, errors_exist W & q_is_law W q] /\ ~ claim_X2 W q.
Proof. refuted_X2 false_data. Qed.

Lemma X2_needs_q_sums_to_1 : exists (W : world Q) (q : model W),
  [/\ mu_is_law W, p_is_law W, noiseless W, errors_exist W & q_nonnegative W q]
  /\ ~ claim_X2 W q.
Proof. refuted_X2 silent_model. Qed.

(** ** X8 needs q >= 0, which Theorem 1 does not *)
Definition negative_model : table := [:: (1, [:: v 1 1; v 0 1; v 0 0; e (- 1)])].
Lemma X8_needs_q_nonnegative : exists (W : world Q) (q : model W),
  [/\ mu_is_law W, p_is_law W, noiseless W, errors_exist W & q_sums_to_1 W q] /\ ~ claim_X8 W q.
Proof.
by_world negative_model; rewrite /claim_X8 /claim /delta.
pose f (rs : seq row) : rat :=
  Num.min 1 ((n_valid rs)%:R * (table_K negative_model)%:R^-1).
rewrite (eq_mean (g := fun c : prompt (world_of negative_model) => f (rows negative_model c))); last first.
  by move=> c; rewrite /f /common_threshold n_validE KE.
by rewrite (averageE _ f); compute_claim.
Qed.

(** ** That the tight model attains X8 (and X3) needs noiseless data, and errors to fill *)

(** A table that is the tight model of its world, at the thresholds 1/|E_c|. *)
Definition tight_table (T : table) : Prop :=
  forall (c : prompt (world_of T)) r, model_of T c r = full Q (world_of T) (own_threshold _) c r.
Definition X8_attained (W : world Q) (q : model W) : Prop :=
  err q = 2%:R * iiv_error q (own_threshold W) - mean (room Q W (own_threshold W))
          - delta q (own_threshold W).

Definition own_room (rs : seq row) : rat :=
  Num.min 1 ((n_valid rs)%:R * (n_errors rs)%:R^-1).
Lemma own_roomE T (c : prompt (world_of T)) : room Q _ (own_threshold _) c = own_room (rows T c).
Proof. by rewrite /room /own_threshold n_validE n_errorsE. Qed.

Ltac is_tight :=
  move=> [[|//] c1] [[|[|//]] r2]; rewrite /full ?own_roomE ?n_validE ?n_errorsE;
  by apply/eqP; vm_compute.
Ltac not_attained T :=
  rewrite /X8_attained /delta iiv_ownE gap_ownE errE (eq_mean (own_roomE T)) averageE;
  by move=> /eqP; vm_compute.

(** Half of the data is an error. *)
Definition half_false : table := [:: (1, [:: v (1//2) 1; (PlausibleError, 1//2, 0)])].
Lemma X8_attained_needs_noiseless_data :
  let W := world_of half_false in
  [/\ mu_is_law W, p_is_law W, errors_exist W & tight_table half_false]
  /\ ~ X8_attained W (model_of half_false).
Proof. by split; [split; hypothesis || is_tight | not_attained half_false]. Qed.

(** No error to give the rest of the mass to. *)
Definition nothing_false : table := [:: (1, [:: v 1 0; v 0 0])].
Lemma X8_attained_needs_errors :
  let W := world_of nothing_false in
  [/\ mu_is_law W, p_is_law W, noiseless W & tight_table nothing_false]
  /\ ~ X8_attained W (model_of nothing_false).
Proof. by split; [split; hypothesis || is_tight | not_attained nothing_false]. Qed.

(** ** Corollary 1 needs a single prompt *)
Definition two_prompts : table :=
  [:: (0, [:: v 1 1; e 0; e 0; e 0; e 0]); (1, [:: v 1 (1//2); e (1//2)])].
Lemma corollary_1_needs_no_prompts : exists (W : world Q) (q : model W) (c0 : prompt W),
  all_hypotheses W q /\ ~ claim W q 2%:R (fun=> #|E c0|%:R^-1) (#|V c0|%:R / #|E c0|%:R).
Proof.
exists (world_of two_prompts), (model_of two_prompts), (Ordinal (isT : 0 < 2)%N).
split; first hypothesis.
rewrite /claim /delta n_errorsE n_validE (iivE _ (fun=> _)) (gapE _ (fun=> _)) errE.
by vm_compute.
Qed.

(** With more valid responses than errors Corollary 1 is never attained: for q >= 0 only. *)
Definition indebted_model : table := [:: (1, [:: v 1 1; v 0 1; v 0 1; e (- 2%:R)])].
Lemma corollary_1_not_attained_needs_q_nonnegative : exists (W : world Q) (q : model W),
  [/\ mu_is_law W, p_is_law W, noiseless W, errors_exist W & q_sums_to_1 W q]
  /\ err q = 2%:R * iiv_error q (common_threshold W) - (k W)%:R / (K W)%:R
             - delta q (common_threshold W).
Proof.
by_world indebted_model.
by rewrite /delta iiv_commonE gap_commonE kE KE errE; apply/eqP; vm_compute.
Qed.
