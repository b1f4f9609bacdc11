(** Corollary 2 needs short models and probabilities: order 9 sees the pronoun, and a rest below 0 lowers
    err. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Hallucination Require Import world tables trigram.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Definition sees_the_pronoun (context : seq token) (w : token) : Q :=
  match context, w with She :: _, his | He :: _, her => 0 | _, _ => 1 end.

Lemma err_of_ngrams (n : nat) (theta : seq token -> token -> Q) :
  let prob c hers := text_prob Q token n theta (prompt_text c) (response_text hers) in
  err (ngram_model Q n theta)
  = 1 / 2%:R * (prob true false + (1 - prob true true - prob true false))
    + 1 / 2%:R * (prob false true + (1 - prob false true - prob false false)).
Proof.
rewrite /err /mean big_bool; congr (_ * _ + _ * _); rewrite big_mkcond big_sumType big_bool.
  by rewrite (big_pred1 tt) => [|[]] //; rewrite /V /= add0r.
by rewrite (big_pred1 tt) => [|[]] //; rewrite /V /= addr0.
Qed.

Lemma corollary_2_needs_short_models : exists theta : seq token -> token -> Q,
  (forall (c : prompt (pronoun_world Q)) r, 0 <= ngram_model Q 9 theta c r)
  /\ err (ngram_model Q 9 theta) = 0.
Proof.
exists sees_the_pronoun; split; last by rewrite err_of_ngrams; apply/eqP; vm_compute.
by case=> [] [[]|[]]; vm_compute.
Qed.

Lemma corollary_2_needs_probabilities : exists theta : seq token -> token -> Q,
  err (ngram_model Q 3 theta) < 1 / 2%:R.
Proof. by exists (fun _ _ => 2%:R); rewrite err_of_ngrams; vm_compute. Qed.
