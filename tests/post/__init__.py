"""Tests of the room `post`."""
