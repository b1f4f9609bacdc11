(** Corollary 2 (paper: Sec. 3.3.2, App. C): n-gram models cannot see far enough back. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
From Hallucination Require Import arith world multiple_choice.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(** ** n-gram models: a token's probability depends on the n - 1 tokens before it alone *)
Section NGrams.
Variables (F : realFieldType) (token : Type) (n : nat) (theta : seq token -> token -> F).

Definition last_tokens (m : nat) (s : seq token) : seq token := drop (size s - m) s.

Fixpoint text_prob (before text : seq token) : F :=
  if text is w :: rest
  then theta (last_tokens n.-1 before) w * text_prob (rcons before w) rest else 1.

Lemma ngrams_do_not_see_the_first_token (x y : token) s text :
  (n.-1 <= size s)%N -> text_prob (x :: s) text = text_prob (y :: s) text.
Proof.
elim: text s => //= w rest IH s short; rewrite IH ?size_rcons ?leqW //; congr (_ * _).
by rewrite /last_tokens /= !subSn.
Qed.
End NGrams.

(** ** The example: each prompt ends eight tokens after its pronoun began it *)
Inductive token := She | He | lost | it | and_ | was | completely | out | of_ | her | his | mind | stop.

Definition prompt_text (she : bool) : seq token :=
  (if she then She else He) :: [:: lost; it; and_; was; completely; out; of_].
Definition response_text (hers : bool) : seq token := [:: (if hers then her else his); mind; stop].

(** Two prompts of probability 1/2; the two responses, each valid for one prompt; all other texts
    are one nonsense response. *)
Definition pronoun_world (F : realFieldType) : world F :=
  @World F [finType of bool] (fun=> [finType of bool + unit])
    (fun c r => if r is inl hers then if hers == c then Valid else PlausibleError else Nonsense)
    (fun=> 1 / 2%:R) (fun c r => if r is inl hers then (hers == c)%:R else 0).

(** An n-gram model gives each response the probability of its text, and the rest to the rest. *)
Definition ngram_model (F : realFieldType) (n : nat) (theta : seq token -> token -> F) :
  model (pronoun_world F) := fun c r =>
  let prob hers := text_prob F token n theta (prompt_text c) (response_text hers) in
  if r is inl hers then prob hers else 1 - prob true - prob false.

Section Corollary2.
Variables (F : realFieldType) (n : nat) (theta : seq token -> token -> F).
Let W := pronoun_world F.
Let q := ngram_model F n theta.

Hypothesis too_short : (n <= 8)%N.
Hypothesis probabilities : forall (c : prompt W) r, 0 <= q c r.

Let sees_no_pronoun (c d : prompt W) r : q c r = q d r.
Proof.
suff blind hers : text_prob F token n theta (prompt_text c) (response_text hers)
    = text_prob F token n theta (prompt_text d) (response_text hers).
  by rewrite /q /ngram_model; case: r => [hers|u]; rewrite !blind.
by apply: ngrams_do_not_see_the_first_token; case: n too_short.
Qed.

Let sum_responses (f : bool + unit -> F) :
  \sum_(r : bool + unit) f r = f (inl true) + f (inl false) + f (inr tt).
Proof.
rewrite big_sumType /= big_bool (big_pred1 tt) //; by case.
Qed.

Let q_sums_to_1 (c : prompt W) : \sum_r q c r = 1.
Proof. by rewrite sum_responses /q /ngram_model; ring. Qed.

Let p_sums_to_1 (c : prompt W) : \sum_r p c r = 1.
Proof. by rewrite sum_responses /=; case: c => /=; ring. Qed.

Let p_nonnegative (c : prompt W) r : 0 <= p c r.
Proof. by case: r => [hers|[]] //=; rewrite ler0n. Qed.

Let one_valid (c : prompt W) : #|V c| = 1%N.
Proof.
by rewrite -(card1 (inl c : bool + unit)); apply: eq_card; case: c => -[[]|[]].
Qed.

Let one_error (c : prompt W) : #|E c| = 1%N.
Proof.
by rewrite -(card1 (inl (~~ c) : bool + unit)); apply: eq_card; case: c => -[[]|[]].
Qed.

Let two_choices : n_choices F W = 2%N.
Proof. by rewrite /n_choices; have [c ->] := K_attained (true : prompt W); rewrite one_error. Qed.

(** Every n-gram classifier misjudges half of D. *)
Theorem ngram_classifiers_are_blind (t : F) : iiv_error q (fun=> t) = 1 / 2%:R.
Proof.
apply: (canRL (mulfK _)); rewrite ?pnatr_eq0 // mulrC clf_errorE /mean big_bool.
rewrite !(big_mkcond (fun r => above _ _ _ r != _)) !sum_responses !one_error /above.
rewrite (sees_no_pronoun true false (inl true)) (sees_no_pronoun true false (inl false)).
rewrite (sees_no_pronoun true false (inr tt)) /= /V /E /=.
by case: (t < q false (inl true)); case: (t < q false (inl false));
  case: (t < q false (inr tt)) => /=; field.
Qed.

(** Corollary 2, by Theorem 3: err >= 1/2 for every n-gram model with n <= 8; n = 3 is the trigram. *)
Corollary corollary_2 : 1 / 2%:R <= err q.
Proof.
have mu_nonnegative (c : prompt W) : 0 <= mu c by rewrite divr_ge0 ?ler0n ?ler01.
have least (u : unit) t : 0 <= t <= 1 -> 1 / 2%:R <= iiv_error q (fun=> t).
  by rewrite ngram_classifiers_are_blind.
have := theorem_3 F W unit (fun=> q) (1 / 2%:R) mu_nonnegative p_sums_to_1 p_nonnegative
  (fun=> probabilities) (fun=> q_sums_to_1) one_valid least tt.
by rewrite two_choices; congr (_ <= _); field.
Qed.

(** With all its mass on the two responses it errs exactly half of the time. *)
Corollary corollary_2_exact : q true (inr tt) = 0 -> err q = 1 / 2%:R.
Proof.
rewrite (sees_no_pronoun true false) => nothing_else.
rewrite /err /mean big_bool !(big_mkcond (fun r => ~~ V _ r)) !sum_responses.
rewrite (sees_no_pronoun true false (inl true)) (sees_no_pronoun true false (inl false)).
rewrite (sees_no_pronoun true false (inr tt)) nothing_else.
have := q_sums_to_1 false; rewrite sum_responses nothing_else addr0 => one.
have -> : q false (inl false) = 1 - q false (inl true).
  by apply: (addrI (q false (inl true))); rewrite one addrC subrK.
by rewrite /V; set a := q false _; rewrite /=; field.
Qed.
End Corollary2.
