// page: to come
