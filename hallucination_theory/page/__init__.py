"""What a report is written to: the page to read and to correct, the table, the figure."""
