// nearest: to come
