(** E sr and E MM (paper: Definition 2, App. B): N independent samples, singletons, missing mass.

    An outcome is a fact (its prompt, answered) or an abstention; m is its probability: mu'(c) for facts. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
From Hallucination Require Import arith.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Samples.
Variables (F : realFieldType) (X : finType) (fact : pred X) (m : X -> F) (N : nat).

Definition sample := {ffun 'I_N -> X}.
Definition occurrences (s : sample) (c : X) : {set 'I_N} := [set i | s i == c].

(** Definition 2: facts that occur exactly once, over N; mass of the facts that never occur. *)
Definition singleton_rate (s : sample) : F :=
  #|[pred c | fact c && (#|occurrences s c| == 1)%N]|%:R / N%:R.
Definition missing_mass (s : sample) : F := \sum_(c | fact c && (#|occurrences s c| == 0)%N) m c.

(** Average over independent samples of law m. *)
Definition expectation (f : sample -> F) : F := \sum_(s : sample) (\prod_i m (s i)) * f s.

Hypothesis m_sums_to_1 : \sum_c m c = 1.

Let others (c : X) : \sum_(x | x != c) m x = 1 - m c.
Proof. by rewrite -m_sums_to_1 [in RHS](bigD1 c) //= [m c + _]addrC addrK. Qed.

(** The event as a product of conditions on the single draws. *)
Let chance (Q : 'I_N -> pred X) :
  expectation (fun s => (s \in family Q)%:R) = \prod_i \sum_(x | Q i x) m x.
Proof.
rewrite bigA_distr_big_dep /expectation [RHS]big_mkcond /=; apply: eq_bigr => s _.
by case: (s \in _); rewrite ?mulr1 ?mulr0.
Qed.

Let unseen (c : X) : expectation (fun s => (#|occurrences s c| == 0)%N%:R) = (1 - m c) ^+ N.
Proof.
rewrite -[in RHS](card_ord N) -prodr_const -(others c).
rewrite -(chance (fun=> predC1 c)); apply: eq_bigr => s _; congr (_ * _%:R).
congr nat_of_bool; apply/idP/familyP => [/eqP/cards0_eq none i|none].
  by have /setP/(_ i) := none; rewrite !inE => ->.
apply/eqP/eqP; rewrite cards_eq0; apply/eqP/setP => i; rewrite !inE; apply/negbTE; exact: none.
Qed.

Let once_is (s : sample) (c : X) : (#|occurrences s c| == 1)%N%:R
  = \sum_i (s \in family (fun j => if j == i then pred1 c else predC1 c))%:R :> F.
Proof.
have event i : (s \in family (fun j => if j == i then pred1 c else predC1 c))
    = (occurrences s c == [set i]).
  apply/familyP/eqP => [ev|/setP ev j]; last first.
    by have := ev j; rewrite !inE => same; case: ifP => ji; rewrite inE same ji.
  apply/setP => j; have := ev j; rewrite !inE.
  by case: (j == i); rewrite inE; last move/negbTE; move=> ->.
rewrite (eq_bigr (fun i => (occurrences s c == [set i])%:R)) => [|i _]; last by rewrite event.
case: (boolP (#|occurrences s c| == 1)%N) => [/cards1P[i ->]|many].
  rewrite (bigD1 i) //= eqxx big1 ?addr0 // => j ji.
  by case: eqP => // /set1_inj ij; rewrite ij eqxx in ji.
rewrite big1 // => i _; case: eqP => // one; move: many; by rewrite one cards1.
Qed.

Let once (c : X) : expectation (fun s => (#|occurrences s c| == 1)%N%:R)
  = N%:R * (m c * (1 - m c) ^+ N.-1).
Proof.
transitivity (\sum_i expectation (fun s =>
    (s \in family (fun j => if j == i then pred1 c else predC1 c))%:R)).
  rewrite /expectation exchange_big; apply: eq_bigr => s _.
  by rewrite once_is mulr_sumr.
rewrite -[N in N%:R](card_ord N) mulr_natl -sumr_const; apply: eq_bigr => i _.
rewrite chance (bigD1 i) //= eqxx big_pred1_eq; congr (_ * _).
rewrite (eq_bigr (fun=> 1 - m c)) => [|j ji]; last by rewrite (negbTE ji) -others.
by rewrite prodr_const cardC1 card_ord.
Qed.

Let expectation_sum (P : pred X) (w : X -> F) (f : X -> sample -> F) :
  expectation (fun s => \sum_(c | P c) w c * f c s) = \sum_(c | P c) w c * expectation (f c).
Proof.
rewrite /expectation (eq_bigr (fun s : sample => \sum_(c | P c) (\prod_i m (s i)) * (w c * f c s))).
  rewrite exchange_big; apply: eq_bigr => c _; rewrite mulr_sumr; apply: eq_bigr => s _; ring.
by move=> s _; rewrite mulr_sumr.
Qed.

Theorem expected_missing_mass :
  expectation missing_mass = \sum_(c | fact c) m c * (1 - m c) ^+ N.
Proof.
transitivity (\sum_(c | fact c) m c * expectation (fun s => (#|occurrences s c| == 0)%N%:R)).
  rewrite -expectation_sum; apply: eq_bigr => s _; congr (_ * _); rewrite /missing_mass big_mkcondr.
  by apply: eq_bigr => c _; case: (_ == 0)%N; rewrite ?mulr1 ?mulr0.
by apply: eq_bigr => c _; rewrite unseen.
Qed.

Hypothesis some_samples : (0 < N)%N.

Theorem expected_singleton_rate :
  expectation singleton_rate = \sum_(c | fact c) m c * (1 - m c) ^+ N.-1.
Proof.
have N0 : N%:R != 0 :> F by rewrite pnatr_eq0 -lt0n.
transitivity (\sum_(c | fact c) N%:R^-1 * expectation (fun s => (#|occurrences s c| == 1)%N%:R)).
  rewrite -expectation_sum; apply: eq_bigr => s _; congr (_ * _).
  rewrite /singleton_rate -mulr_sumr mulrC -sum1_card natr_sum; congr (_ * _).
  rewrite [LHS]big_mkcondr /=; apply: eq_bigr => c _; by case: (_ == 1)%N.
by apply: eq_bigr => c _; rewrite once mulKf.
Qed.

Hypothesis m_nonnegative : forall c, 0 <= m c.

Let m_at_most_1 c : m c <= 1.
Proof. by rewrite -m_sums_to_1 (bigD1 c) //= ler_addl sumr_ge0. Qed.

(** x (1 - x)^(N - 1) <= 1/N: N times it is the chance of one success in N. *)
Lemma one_success (x : F) : 0 <= x <= 1 -> x * (1 - x) ^+ N.-1 <= N%:R^-1.
Proof.
move=> /andP[x0 x1]; rewrite -[leRHS]mul1r ler_pdivl_mulr ?ltr0n //.
have total : (1 - x + x) ^+ N = 1 by rewrite subrK expr1n.
rewrite -[leRHS]total [leRHS]exprDn (bigD1 (Ordinal (some_samples : (1 < N.+1)%N))) //= subn1 bin1 expr1 mulr_natr mulrC.
rewrite ler_addl; apply: sumr_ge0 => i _.
by rewrite mulrn_wge0 // mulr_ge0 ?exprn_ge0 ?subr_ge0.
Qed.

(** Good-Turing: 0 <= E sr - E MM <= 1/N. *)
Theorem good_turing_bias :
  expectation singleton_rate - expectation missing_mass
    = \sum_(c | fact c) m c ^+ 2 * (1 - m c) ^+ N.-1
  /\ 0 <= expectation singleton_rate - expectation missing_mass <= N%:R^-1.
Proof.
have bias : expectation singleton_rate - expectation missing_mass
    = \sum_(c | fact c) m c ^+ 2 * (1 - m c) ^+ N.-1.
  rewrite expected_missing_mass expected_singleton_rate -sumrB; apply: eq_bigr => c _.
  by rewrite -{2}(prednK some_samples) exprS; ring.
split=> //; rewrite bias; apply/andP; split.
  by apply: sumr_ge0 => c _; rewrite mulr_ge0 ?exprn_ge0 // subr_ge0.
apply: (le_trans (y := \sum_c m c * N%:R^-1)); last by rewrite -mulr_suml m_sums_to_1 mul1r.
rewrite big_mkcond; apply: ler_sum => c _; case: ifP => _; last first.
  by rewrite mulr_ge0 ?invr_ge0 ?ler0n.
by rewrite expr2 -mulrA ler_wpmul2l // one_success // m_nonnegative m_at_most_1.
Qed.
End Samples.
