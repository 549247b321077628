"""HTTP tests of the pledge pages."""
