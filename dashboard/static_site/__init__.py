"""The public site as files, for any web server, any path of it, or a folder that is opened without one.

`scope` says which views are written · `places` which address is which file · `pages` turns a page of the site into
one among files · `walk` follows the links in several processes · `write` puts the folder in place, whole or not at
all · `cli` the command.
"""
