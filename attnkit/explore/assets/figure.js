// figure: to come
