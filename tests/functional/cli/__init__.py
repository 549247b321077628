"""Commands of `approval` as people type them."""
