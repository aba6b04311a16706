// axes: to come
