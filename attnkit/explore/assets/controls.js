// controls: to come
