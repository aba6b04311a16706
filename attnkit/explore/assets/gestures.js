// gestures: to come
