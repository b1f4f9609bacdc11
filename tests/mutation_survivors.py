"""Why a mutant may survive: (module, before, after) -> one sentence."""

EXPLAINED: dict[tuple[str, str, str], str] = {}
