"""What an import changes around commitments, in words: lines and actions of the plan, people of units."""
