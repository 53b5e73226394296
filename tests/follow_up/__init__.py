"""Tests of the room `follow_up`."""
