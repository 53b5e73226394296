"""Tests of the room `frameworks`."""
