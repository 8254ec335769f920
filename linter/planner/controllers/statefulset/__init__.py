"""StatefulSets: the controller, and what its pods, claims and updates follow."""
