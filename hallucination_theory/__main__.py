"""``python -m hallucination_theory``."""

from hallucination_theory.cli import main

if __name__ == "__main__":
    main()
