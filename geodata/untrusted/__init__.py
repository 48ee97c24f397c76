"""Opening what strangers wrote: each such file is parsed in a process of its own, with few drivers and little memory.

    used_range (is the sheet as large as it pretends?) · sheets, vector, records, survey, documents (parsers,
    run in the child)
    child (the program that parses and hands tables on) · run (starts it, hears from it, outlives it)

A parser that is killed, crashes or runs out of memory ends in one sentence; the asking process goes on. Nothing is
fetched, and no other file of this computer is read.
"""
