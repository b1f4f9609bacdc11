"""For people who write evaluations: the open rubric, Inspect AI and lm-eval plug-ins."""
