"""Custom resources, judged by the schemas of their CustomResourceDefinitions as the API server judges them."""
