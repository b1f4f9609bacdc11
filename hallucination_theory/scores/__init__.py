"""A log to a score: outcomes counted, intervals, comparisons, report, figure."""
