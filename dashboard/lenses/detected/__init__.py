"""What was detected: the first question, and the plain address."""
