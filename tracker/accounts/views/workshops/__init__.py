"""Pages of workshops and courses: what they were, who came, and inviting their coordinators at once."""
