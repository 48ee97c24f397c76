"""What any web page needs and no view knows: addresses, static files, templates, rate limits, safe CSV cells."""
