// marks: to come
