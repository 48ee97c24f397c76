"""Two to six counties side by side."""
