"""Chapter 10: innovation."""
