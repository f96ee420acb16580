"""Animals: pets, farm and wild animals, birds, insects, frogs."""
