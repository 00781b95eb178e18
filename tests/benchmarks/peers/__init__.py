"""The store beside other encrypted stores: the same documents, the same durability, one run."""
