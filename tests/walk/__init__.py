"""One walk of every route: each line of the permission table with an example, looked at from every side."""
