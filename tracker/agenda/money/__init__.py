"""Money of a commitment by fiscal year and source."""
