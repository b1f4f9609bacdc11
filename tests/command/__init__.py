"""The command line and the readers of users' files."""
