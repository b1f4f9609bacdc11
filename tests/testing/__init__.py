"""``theory.testing``, the checks for other people's tests."""
