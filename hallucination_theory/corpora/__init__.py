"""Users' training data, counted: what Definition 2 and the bounds of Theorem 2 need to know.

=============== ====================================================================
``abstentions`` which responses abstain
``counts``      what is known of a corpus; counts of counts read from a table
``duck``        counting files with DuckDB, out of core
``engine``      DuckDB's limits and complaints; files as relations
``figure``      the report as a figure
``files``       the files that paths, patterns and folders stand for
``identity``    which texts are the same fact
``prompts``     how often each prompt occurs, in DuckDB
``shards``      counts of each prompt, kept and joined
``spark``       counting files on a Spark cluster, to the same integers
``spellings``   prompts that are spelt in several ways
``sql``         the one query, for DuckDB and in other dialects
=============== ====================================================================
"""
