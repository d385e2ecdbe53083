"""A claim contact's own view: their contracts in all projects and accounts, and what waits for them. Reads only.

``groups`` decides what a contract waits for; ``facts`` looks it up for all of somebody's contracts at once; ``queries``
answers a page of them, ``figures`` what stands above it, ``places`` who sees it. Everything counts what the actor may
see and claims on, and nothing else (R-PERM-3, R-CONTACT).
"""
