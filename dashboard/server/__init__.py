"""The web application: Flask and Dash put together, security headers, callback cache, taking over new releases."""
