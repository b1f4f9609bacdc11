"""The house itself: floors, notebooks, notes, README."""
