"""Theorem 1 on a user's model, as ``check`` reports it.

=============  =========================================================================
``figure``     err over count, and err over its bound: one point a model or group
``groups``     the same terms for each relation and for each decile of ``count``
``judge``      a second task's error beside that of the thresholded model
``questions``  intervals over questions for every term
``report``     what is said of a sample file, as one mapping
``terms``      the terms of one bound, as text or JSON values
``text``       the report of a sample file for people
=============  =========================================================================
"""
