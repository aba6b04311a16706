// vector: to come
