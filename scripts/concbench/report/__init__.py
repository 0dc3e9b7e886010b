"""Write what people read: the report page, the article's tables, the conclusion and the page of claims.

Word and lay out figures that the tables have; compute nothing new.
"""
