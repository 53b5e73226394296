"""How a municipality ends and who goes on: closing, merging, dividing, and what is carried over."""
