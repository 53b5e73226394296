"""Pages of terms of office: which there are, what a term inherited, the act to print."""
