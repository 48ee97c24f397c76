"""Who responds: how exposed a county is beside what is done there, with the reasons of every county."""
