"""Manage what surrounds a campaign: interpreters and their packages, nodes, locks, temporary folders."""
