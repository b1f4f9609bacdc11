(** Objects of the paper (spec: Sec. 3.1-3.2, Sec. 5): worlds, models, D, err, err_iiv, delta.

    Finitely many prompts, finitely many responses at each prompt (not the same number everywhere),
    numbers in any ordered field [F]: the rationals, the reals. The definitions assume nothing; each
    theorem names what it assumes. In Coq [x / 0 = 0]. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(** Each response is valid (V), a plausible error (E) or nonsense (N). *)
Inductive kind := Valid | PlausibleError | Nonsense.

Record world (F : realFieldType) := World {
  prompt : finType;
  response : prompt -> finType;
  label : forall c, response c -> kind;
  mu : prompt -> F;                        (* law of the prompt *)
  p : forall c, response c -> F            (* training distribution p(r|c) *)
}.
Arguments response {F w} c.
Arguments label {F w} c r.
Arguments mu {F w} c.
Arguments p {F w} c r.

(** A model gives a number q(r|c) to each response; a classifier says + (true) or - (false). *)
Definition model (F : realFieldType) (W : world F) := forall c : prompt W, response c -> F.
Definition classifier (F : realFieldType) (W : world F) := forall c : prompt W, response c -> bool.

Section Definitions.
Variables (F : realFieldType) (W : world F).
Implicit Types (c : prompt W) (q : model W) (g : classifier W) (z : prompt W -> F).

Definition V c (r : response c) : bool := if label c r is Valid then true else false.
Definition E c (r : response c) : bool := if label c r is PlausibleError then true else false.
Arguments V : clear implicits.
Arguments E : clear implicits.

(** k = max_c |V_c| and K = min_c |E_c| (the least of the sizes, starting from the largest). *)
Definition k : nat := \max_c #|V c|.
Definition K : nat := \big[minn/(\max_c #|E c|)%N]_c #|E c|.

(** Average of one number per prompt. *)
Definition mean (f : prompt W -> F) : F := \sum_c mu c * f c.

(** err = q(not V): errors and nonsense alike (eq. 1, Sec. 5). *)
Definition err q : F := mean (fun c => \sum_(r | ~~ V c r) q c r).

(** D: half training data, half uniform plausible errors of a random prompt. *)
Definition D c (r : response c) : F :=
  mu c * p c r / 2%:R + (if E c r then mu c / (2%:R * #|E c|%:R) else 0).
Arguments D : clear implicits.

(** Pr_D[g <> f], where f = + on V and only there. *)
Definition clf_error g : F := \sum_c \sum_(r | g c r != V c r) D c r.

(** The model as a classifier: + iff q(r|c) > z_c, strictly. *)
Definition above q z : classifier W := fun c r => z c < q c r.
Arguments above : clear implicits.
Definition iiv_error q z : F := clf_error (above q z).

(** q(A) - p(A) on A = {q > z}, and delta, its absolute value. *)
Definition gap q z : F :=
  mean (fun c => \sum_(r | above q z c r) q c r) - mean (fun c => \sum_(r | above q z c r) p c r).
Definition delta q z : F := `|gap q z|.

(** Thresholds: 1/K for all (the paper), 1/|E_c| at prompt c (X2). *)
Definition common_threshold : prompt W -> F := fun=> K%:R^-1.
Definition own_threshold : prompt W -> F := fun c => #|E c|%:R^-1.

(** Terms of the exact slack (X1). *)
Definition overshoot q z : F := mean (fun c =>
  \sum_(r | above q z c r && ~~ V c r) (q c r - (if E c r then #|E c|%:R^-1 else 0))).
Definition unused_room q z : F := mean (fun c =>
  \sum_(r | V c r) (z c - (if above q z c r then 0 else q c r))).

End Definitions.
Arguments V {F W} c r.
Arguments E {F W} c r.
Arguments k {F} W.
Arguments K {F} W.
Arguments mean {F W} f.
Arguments D {F W} c r.
Arguments above {F W} q z c r.
Arguments common_threshold {F} W c.
Arguments own_threshold {F} W c.

(** What the paper assumes of a world and of a model (used where something is shown to exist). *)
Definition distribution (F : realFieldType) (W : world F) (q : model W) : Prop :=
  (forall (c : prompt W) r, 0 <= q c r) /\ (forall c : prompt W, \sum_r q c r = 1).

Definition proper (F : realFieldType) (W : world F) : Prop :=
  [/\ (forall c : prompt W, 0 <= mu c) /\ \sum_(c : prompt W) mu c = 1,
      distribution (fun c : prompt W => p c),
      forall (c : prompt W) r, ~~ V c r -> p c r = 0
    & forall c : prompt W, (0 < #|E c|)%N].

Section Sizes.
Variables (F : realFieldType) (W : world F).

Lemma V_le_k (c : prompt W) : (#|V c| <= k W)%N.
Proof. exact: (leq_bigmax_cond (F := fun c : prompt W => #|V c|)). Qed.

Lemma K_le_E (c : prompt W) : (K W <= #|E c|)%N.
Proof.
rewrite /K; move: (\max_c _)%N => start; rewrite unlock; have := mem_index_enum c; elim: (index_enum _) => //= c1 s IH.
by rewrite inE => /predU1P[<-|/IH le]; rewrite geq_min ?leqnn // le orbT.
Qed.

(** K is attained as soon as there is a prompt: it is the minimum, not only below it. *)
Lemma K_attained (c0 : prompt W) : exists c : prompt W, K W = #|E c|.
Proof.
have [c largest] := eq_bigmax (fun c : prompt W => #|E c|) (ltac:(by apply/card_gt0P; exists c0)).
rewrite /K; elim/big_ind: _ => [|m n [c1 ->] [c2 ->]|c1 _]; first by exists c.
- by case: leqP => _; [exists c1 | exists c2].
- by exists c1.
Qed.

Lemma V_not_E (c : prompt W) r : V c r -> ~~ E c r.
Proof. by rewrite /V /E; case: (label c r). Qed.

(** Nonsense has no share in D when the training data have none. *)
Lemma D_nonsense (c : prompt W) r : label c r = Nonsense -> p c r = 0 -> D c r = 0.
Proof. by move=> N p0; rewrite /D /E N p0 mulr0 mul0r addr0. Qed.

Lemma mean_le (f g : prompt W -> F) :
  (forall c : prompt W, 0 <= mu c) -> (forall c, f c <= g c) -> mean f <= mean g.
Proof. by move=> mu0 le; apply: ler_sum => c _; apply: ler_wpmul2l. Qed.

Lemma mean_ge0 (f : prompt W -> F) :
  (forall c : prompt W, 0 <= mu c) -> (forall c, 0 <= f c) -> 0 <= mean f.
Proof. by move=> mu0 f0; apply: sumr_ge0 => c _; apply: mulr_ge0. Qed.

Lemma mean_const (a : F) : \sum_(c : prompt W) mu c = 1 -> mean (W := W) (fun=> a) = a.
Proof. by rewrite /mean -mulr_suml => ->; rewrite mul1r. Qed.

Lemma mean_add (f g : prompt W -> F) : mean (fun c => f c + g c) = mean f + mean g.
Proof. by rewrite /mean -big_split; apply: eq_bigr => c _; rewrite mulrDr. Qed.

Lemma mean_sub (f g : prompt W -> F) : mean (fun c => f c - g c) = mean f - mean g.
Proof. by rewrite /mean -sumrB; apply: eq_bigr => c _; rewrite mulrBr. Qed.

Lemma mean_scale (a : F) (f : prompt W -> F) : mean (fun c => a * f c) = a * mean f.
Proof. by rewrite /mean mulr_sumr; apply: eq_bigr => c _; rewrite mulrCA. Qed.

Lemma eq_mean (f g : prompt W -> F) : f =1 g -> mean f = mean g.
Proof. by move=> fg; apply: eq_bigr => c _; rewrite fg. Qed.

(** D is a distribution: its weights add up to 1. *)
Lemma D_sums_to_1 : proper W -> \sum_(c : prompt W) \sum_r D c r = 1.
Proof.
move=> [[_ mu1] [_ p1] _ errors]; rewrite -[RHS]mu1; apply: eq_bigr => c _.
rewrite big_split /= -big_mkcond /= -mulr_suml -mulr_sumr p1.
have -> : \sum_(r | E c r) mu c / (2%:R * #|E c|%:R) = mu c / (2%:R * #|E c|%:R) * #|E c|%:R.
  by rewrite sumr_const [in RHS]mulr_natr.
by field; rewrite !pnatr_eq0 -lt0n.
Qed.

(** err_iiv prompt by prompt. *)
Lemma clf_errorE (g : classifier W) : 2%:R * clf_error g = mean (fun c =>
  \sum_(r | g c r != V c r) (p c r + (if E c r then #|E c|%:R^-1 else 0))).
Proof.
rewrite /clf_error /mean mulr_sumr; apply: eq_bigr => c _; rewrite !mulr_sumr.
apply: eq_bigr => r _; rewrite /D mulrDr [in RHS]mulrDr.
have two : (2%:R : F) != 0 by rewrite pnatr_eq0.
congr (_ + _); first by rewrite mulrC mulfVK.
by case: ifP => _; rewrite ?mulr0 // invfM mulrCA mulVKf.
Qed.

End Sizes.
