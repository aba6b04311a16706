// saving: to come
