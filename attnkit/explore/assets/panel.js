// panel: to come
