"""What only a real browser can tell: taps, bytes, scripts, paper."""
