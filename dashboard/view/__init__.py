"""What one view of the data shows, for screen, paper and file alike: link, figures, frames, site."""
