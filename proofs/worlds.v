(** Rational worlds: every number below was computed by the Python package (exact fractions) and is
    proved here from the definitions. Written by [python -m proofs.worlds]; do not edit. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Hallucination Require Import world tables.
Import GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Notation "a // b" := (a%:R / b%:R : rat) (at level 40).

Ltac same := by apply/eqP; vm_compute.
Ltac agree :=
  split; first (rewrite kE; same); split; first (rewrite KE; same);
  split; first (rewrite errE; same); split; first (rewrite iiv_commonE; same);
  split; first (rewrite gap_commonE; same); split; first (rewrite overshoot_commonE; same);
  split; first (rewrite unused_commonE; same); split; first (rewrite iiv_ownE; same);
  rewrite gap_ownE; same.

Definition wild : table :=
  [:: (1//1, [:: (Valid, 3//4, 1//10); (Valid, 1//4, 0//1); (PlausibleError, 0//1, 2//5); (PlausibleError, 0//1, 0//1); (PlausibleError, 0//1, 0//1); (Nonsense, 0//1, 1//2)])].
Lemma wild_agrees :
  k (world_of wild) = 2%N /\
  K (world_of wild) = 3%N /\
  err (model_of wild) = 9//10 /\
  iiv_error (model_of wild) (common_threshold (world_of wild)) = 2//3 /\
  gap (model_of wild) (common_threshold (world_of wild)) = 9//10 /\
  overshoot (model_of wild) (common_threshold (world_of wild)) = 17//30 /\
  unused_room (model_of wild) (common_threshold (world_of wild)) = 17//30 /\
  iiv_error (model_of wild) (own_threshold (world_of wild)) = 2//3 /\
  gap (model_of wild) (own_threshold (world_of wild)) = 9//10.
Proof. agree. Qed.

Definition readme : table :=
  [:: (1//1, [:: (Valid, 1//1, 1//2); (PlausibleError, 0//1, 1//4); (PlausibleError, 0//1, 1//4)])].
Lemma readme_agrees :
  k (world_of readme) = 1%N /\
  K (world_of readme) = 2%N /\
  err (model_of readme) = 1//2 /\
  iiv_error (model_of readme) (common_threshold (world_of readme)) = 1//2 /\
  gap (model_of readme) (common_threshold (world_of readme)) = 0//1 /\
  overshoot (model_of readme) (common_threshold (world_of readme)) = 0//1 /\
  unused_room (model_of readme) (common_threshold (world_of readme)) = 0//1 /\
  iiv_error (model_of readme) (own_threshold (world_of readme)) = 1//2 /\
  gap (model_of readme) (own_threshold (world_of readme)) = 0//1.
Proof. agree. Qed.

Definition tight : table :=
  [:: (1//1, [:: (Valid, 1//3, 1//7); (Valid, 1//3, 1//7); (Valid, 1//3, 1//7); (PlausibleError, 0//1, 4//49); (PlausibleError, 0//1, 4//49); (PlausibleError, 0//1, 4//49); (PlausibleError, 0//1, 4//49); (PlausibleError, 0//1, 4//49); (PlausibleError, 0//1, 4//49); (PlausibleError, 0//1, 4//49)])].
Lemma tight_agrees :
  k (world_of tight) = 3%N /\
  K (world_of tight) = 7%N /\
  err (model_of tight) = 4//7 /\
  iiv_error (model_of tight) (common_threshold (world_of tight)) = 1//2 /\
  gap (model_of tight) (common_threshold (world_of tight)) = 0//1 /\
  overshoot (model_of tight) (common_threshold (world_of tight)) = 0//1 /\
  unused_room (model_of tight) (common_threshold (world_of tight)) = 0//1 /\
  iiv_error (model_of tight) (own_threshold (world_of tight)) = 1//2 /\
  gap (model_of tight) (own_threshold (world_of tight)) = 0//1.
Proof. agree. Qed.

Definition ragged : table :=
  [:: (2//5, [:: (Valid, 1//3, 1//6); (Valid, 2//3, 7//12); (PlausibleError, 0//1, 1//12); (PlausibleError, 0//1, 1//20); (Nonsense, 0//1, 7//60)]);
      (3//5, [:: (Valid, 1//1, 1//2); (PlausibleError, 0//1, 3//10); (PlausibleError, 0//1, 1//5)])].
Lemma ragged_agrees :
  k (world_of ragged) = 2%N /\
  K (world_of ragged) = 2%N /\
  err (model_of ragged) = 2//5 /\
  iiv_error (model_of ragged) (common_threshold (world_of ragged)) = 11//30 /\
  gap (model_of ragged) (common_threshold (world_of ragged)) = - (1//30) /\
  overshoot (model_of ragged) (common_threshold (world_of ragged)) = 0//1 /\
  unused_room (model_of ragged) (common_threshold (world_of ragged)) = 1//3 /\
  iiv_error (model_of ragged) (own_threshold (world_of ragged)) = 11//30 /\
  gap (model_of ragged) (own_threshold (world_of ragged)) = - (1//30).
Proof. agree. Qed.

Definition facts : table :=
  [:: (1//3, [:: (Valid, 1//2, 0//1); (Valid, 1//2, 1//1); (PlausibleError, 0//1, 0//1); (PlausibleError, 0//1, 0//1); (PlausibleError, 0//1, 0//1)]);
      (2//3, [:: (Valid, 1//2, 1//3); (Valid, 1//2, 1//3); (PlausibleError, 0//1, 1//3); (PlausibleError, 0//1, 0//1); (PlausibleError, 0//1, 0//1)]);
      (0//1, [:: (Valid, 1//1, 1//7); (PlausibleError, 0//1, 6//7)])].
Lemma facts_agrees :
  k (world_of facts) = 2%N /\
  K (world_of facts) = 1%N /\
  err (model_of facts) = 2//9 /\
  iiv_error (model_of facts) (common_threshold (world_of facts)) = 1//2 /\
  gap (model_of facts) (common_threshold (world_of facts)) = 0//1 /\
  overshoot (model_of facts) (common_threshold (world_of facts)) = 0//1 /\
  unused_room (model_of facts) (common_threshold (world_of facts)) = 11//9 /\
  iiv_error (model_of facts) (own_threshold (world_of facts)) = 5//12 /\
  gap (model_of facts) (own_threshold (world_of facts)) = 1//6.
Proof. agree. Qed.
