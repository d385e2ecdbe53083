"""A project's month at a glance: who is how far, what waits for whom, and the money over time. Reads only.

``groups`` are the rows of the list of claims, put together by state; ``money`` is claimed, certified and paid by
period; ``retention`` what is held now; ``ageing`` what is certified and not paid, by how late it is. Every figure is a
stored one or a sum of stored ones, and counts what the actor may see.
"""
