"""Mail over real SMTP."""
