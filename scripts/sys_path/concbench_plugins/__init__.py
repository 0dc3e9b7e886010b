"""Hold the plug-ins under a name that no package of the user has."""
