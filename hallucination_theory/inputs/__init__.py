"""The one door for users' files: nothing in them is trusted, and everything has a limit."""
