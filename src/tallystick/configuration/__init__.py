"""What accounts and projects choose for the claims tool (domain §12): naming, saving and remembering their settings.

The choices themselves live with what they are about: a project's own columns in ``directory``, its checks in
``claims``, which e-mails it sends in ``notifications``. This room reads and writes all of them by one name each, so
that pages, histories and people who save at the same time treat them alike.

- ``catalogue``: each setting's name, what it is called, and its values in words;
- ``saving``: ``save_project``, ``save_account``, field by field against what the page had shown;
- ``history``: who changed what, from and to.
"""
