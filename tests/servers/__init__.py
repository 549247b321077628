"""The real servers tests run against, each started by the test run and ended by its own process id."""
