"""What draws the figures of this project, chapter by chapter.

The figure ``CHAPTER/NAME`` is drawn by the function ``NAME`` of the module ``CHAPTER``, from its
own table alone: ``figures/CHAPTER/data/NAME.csv``. (The module ``head`` draws on tables of others.)
"""
