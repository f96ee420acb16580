"""Animals: pets, farm and wild animals, birds, insects, frogs; a module a family, its rows at the end."""
