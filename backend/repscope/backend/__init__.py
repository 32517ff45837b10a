"""The web server: routes, event stream, dispatch and the built UI. It never loads torch."""
