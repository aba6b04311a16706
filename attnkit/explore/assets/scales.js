// scales: to come
