"""Look after the machine around a campaign: interpreters and their packages, nodes, locks, temporary folders."""
