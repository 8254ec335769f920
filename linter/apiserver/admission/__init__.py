"""admissionregistration.k8s.io: webhooks, policies in CEL, and what binds them."""
