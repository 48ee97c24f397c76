"""Source, transit, destination: the roles of all counties, and what they rest on."""
