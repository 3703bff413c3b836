"""The Studio: pages for people who make mailings, at ``/studio``. Built when somebody opens it.

``lazy`` has its routes until then; ``opening`` builds it: ``files`` (what browsers load, compressed ahead),
``signing_in`` and ``sessions`` (who somebody is), and a table of JSON endpoints below ``/studio/api``: those of the
API, for whoever is signed in, and those that only pages need. The pages themselves are in ``static/``.
"""
