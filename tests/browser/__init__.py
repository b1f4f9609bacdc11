"""The pages that this package writes, in headless Chromium."""
