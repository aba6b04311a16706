"""Answers to one-gradient-step."""


def right(inputs, targets, query, rate):
    answer = query.new_zeros(())
    for x, y in zip(inputs.unbind(), targets.unbind(), strict=True):
        answer = answer + rate * y * x.dot(query) / len(targets)
    return answer


def summed(inputs, targets, query, rate):
    return rate * targets @ inputs @ query


def doubled(inputs, targets, query, rate):
    return 2 * right(inputs, targets, query, rate)


def centred(inputs, targets, query, rate):
    return right(inputs - inputs.mean(0), targets, query, rate)


def up_the_slope(inputs, targets, query, rate):
    return -right(inputs, targets, query, rate)


def product_of_means(inputs, targets, query, rate):
    return rate * targets.mean() * inputs.mean(0) @ query


WRONG = {
    "prompt repeated": [summed],
    "one example": [doubled, centred, up_the_slope],
    "slope of the loss": [product_of_means],
}
