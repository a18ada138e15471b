SELECT any_match(filter(ARRAY['a', 'b'], x -> x <> 'a'), e -> e LIKE 'b%'), reduce(ARRAY[1, 2], 0, (s, x) -> s + x, s -> s * 2),
 zip_with(ARRAY[1], ARRAY[2], (a, b) -> a * b), map_filter(map(ARRAY['k'], ARRAY[1]), (k, v) -> v > 0), transform(ARRAY[ARRAY[1]], a -> transform(a, y -> y))
