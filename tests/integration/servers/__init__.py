"""Tests of the servers that tests run against."""
