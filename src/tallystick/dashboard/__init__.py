"""A project's month at a glance: who is how far, what waits for whom, and the money over time.

``month`` puts the rows of the list of claims together by state; ``acting`` does something to one of these groups, by
the actions of the rooms below, and writes nothing else; ``money`` is claimed, certified and paid by period;
``retention`` what is held now; ``ageing`` what is certified and not paid, by how late it is. Every figure is a stored
one or a sum of stored ones, and counts what the actor may see.
"""
