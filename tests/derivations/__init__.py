"""The proofs, executed in paper order."""
