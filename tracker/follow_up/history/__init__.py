"""History in words: how entries of the trail are told to those who read follow-up."""
