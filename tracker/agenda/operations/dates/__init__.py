"""What becomes of a date: it moves, follows from a condition, is brought up to date, rests for a time."""
