"""Reminders from the plan to the mail."""
