// colours: to come
