"""The contract between server, workers and browser: recipes, artifacts, jobs, catalogue.

Nothing is loaded here, so that who needs one part, as the client does, loads that part alone.
"""
