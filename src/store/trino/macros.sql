-- Athena's (Trino's) names and meanings as TEMP macros. A macro that carries a built-in's name wins over it
-- on this connection and reaches it as f(…). Arguments appear once in a body where that is
-- possible: DuckDB copies them into the body.

-- JSON
CREATE TEMP MACRO json_extract_scalar(j, p) AS trino_json_extract_scalar(j, p);
CREATE TEMP MACRO json_parse(s) AS trino_json_parse(s);
CREATE TEMP MACRO json_format(j) AS CAST(j AS varchar);
CREATE TEMP MACRO json_array_get(j, i) AS trino_json_array_get(j, i);
CREATE TEMP MACRO json_array_contains(j, v) AS trino_json_array_contains(j, v);
CREATE TEMP MACRO json_size(j, p) AS trino_json_size(j, p);
CREATE TEMP MACRO trino_json_value(j, p) AS trino_json_extract_scalar(j, p);
CREATE TEMP MACRO json_query(j, p) AS trino_json_query(j, p);
CREATE TEMP MACRO is_json_scalar(j) AS trino_is_json_scalar(j);

-- time
CREATE TEMP MACRO from_iso8601_timestamp(s) AS trino_from_iso8601_timestamp(s);
CREATE TEMP MACRO from_iso8601_timestamp_nanos(s) AS trino_from_iso8601_timestamp(s);
CREATE TEMP MACRO from_iso8601_date(s) AS trino_from_iso8601_date(s);
CREATE TEMP MACRO to_iso8601(t) AS trino_to_iso8601(t);
CREATE TEMP MACRO date_parse(s, f) AS trino_date_parse(s, f);
CREATE TEMP MACRO parse_datetime(s, f) AS trino_parse_datetime(s, f);
CREATE TEMP MACRO date_format(t, f) AS trino_date_format(t, f);
CREATE TEMP MACRO format_datetime(t, f) AS trino_format_datetime(t, f);
CREATE TEMP MACRO trino_date_diff(u, a, b) AS date_sub(u, a, b);
CREATE TEMP MACRO from_unixtime(x) AS to_timestamp(x), (x, zone) AS to_timestamp(x),
    (x, hours, minutes) AS to_timestamp(x);
CREATE TEMP MACRO from_unixtime_nanos(x) AS make_timestamptz(x // 1000);
CREATE TEMP MACRO to_unixtime(t) AS epoch(t);
CREATE TEMP MACRO at_timezone(t, zone) AS CAST(t AS timestamptz);
CREATE TEMP MACRO with_timezone(t, zone) AS timezone(zone, CAST(t AS timestamp));
CREATE TEMP MACRO current_timezone() AS 'UTC';
CREATE TEMP MACRO trino_to_milliseconds(i) AS epoch_ms(i);
CREATE TEMP MACRO day_of_week(t) AS isodow(t);
CREATE TEMP MACRO dow(t) AS isodow(t);
CREATE TEMP MACRO day_of_month(t) AS day(t);
CREATE TEMP MACRO day_of_year(t) AS dayofyear(t);
CREATE TEMP MACRO doy(t) AS dayofyear(t);
CREATE TEMP MACRO week_of_year(t) AS week(t);
CREATE TEMP MACRO year_of_week(t) AS isoyear(t);
CREATE TEMP MACRO yow(t) AS isoyear(t);
CREATE TEMP MACRO trino_millisecond(t) AS millisecond(t) % 1000;
CREATE TEMP MACRO date(x) AS CAST(x AS date);
CREATE TEMP MACRO last_day_of_month(x) AS last_day(x);

-- text
CREATE TEMP MACRO trino_concat(a, b) AS a || b, (a, b, c) AS a || b || c, (a, b, c, d) AS a || b || c || d,
    (a, b, c, d, e) AS a || b || c || d || e, (a, b, c, d, e, f) AS a || b || c || d || e || f,
    (a, b, c, d, e, f, g) AS a || b || c || d || e || f || g,
    (a, b, c, d, e, f, g, h) AS a || b || c || d || e || f || g || h;
-- concat_ws(separator, array or text)
CREATE TEMP MACRO trino_concat_ws(s, x) AS CASE WHEN ends_with(typeof(x), '[]')
    THEN array_to_string(TRY_CAST(x AS varchar[]), s) ELSE coalesce(CAST(x AS varchar), '') END;
CREATE TEMP MACRO trino_split(s, d) AS split(s, d), (s, d, n) AS trino_split_limit(s, d, n);
CREATE TEMP MACRO split_to_map(s, d, kv) AS map_from_entries(list_transform(split(s, d),
    lambda e: {'k': trino_split_part(e, kv, 1), 'v': array_to_string(trino_split_limit(e, kv, 2)[2:], '')}));
CREATE TEMP MACRO regexp_like(s, p) AS trino_regexp_like(s, p);
CREATE TEMP MACRO regexp_split(s, p) AS trino_regexp_split(s, p);
CREATE TEMP MACRO regexp_count(s, p) AS trino_regexp_count(s, p);
CREATE TEMP MACRO regexp_position(s, p) AS trino_regexp_position(s, p);
CREATE TEMP MACRO trino_replace(s, a) AS replace(s, a, ''),
    (s, a, b) AS replace(s, a, b);
CREATE TEMP MACRO trino_substr(s, i) AS CASE WHEN i = 0 THEN '' ELSE substr(s, i) END,
    (s, i, n) AS CASE WHEN i = 0 THEN '' ELSE substr(s, i, n) END;
CREATE TEMP MACRO trino_substring(s, i) AS CASE WHEN i = 0 THEN '' ELSE substr(s, i) END,
    (s, i, n) AS CASE WHEN i = 0 THEN '' ELSE substr(s, i, n) END;
CREATE TEMP MACRO trino_strpos(s, x) AS strpos(s, x), (s, x, n) AS trino_strpos_nth(s, x, n);
CREATE TEMP MACRO strrpos(s, x) AS trino_strpos_nth(s, x, -1), (s, x, n) AS trino_strpos_nth(s, x, -n);
CREATE TEMP MACRO trino_argument(x) AS coalesce(CAST(x AS varchar), 'null');
CREATE TEMP MACRO trino_format(f) AS trino_format_text(f), (f, a) AS trino_format_text(f, trino_argument(a)),
    (f, a, b) AS trino_format_text(f, trino_argument(a), trino_argument(b)),
    (f, a, b, c) AS trino_format_text(f, trino_argument(a), trino_argument(b), trino_argument(c)),
    (f, a, b, c, d) AS trino_format_text(f, trino_argument(a), trino_argument(b), trino_argument(c),
        trino_argument(d)),
    (f, a, b, c, d, e) AS trino_format_text(f, trino_argument(a), trino_argument(b), trino_argument(c),
        trino_argument(d), trino_argument(e)),
    (f, a, b, c, d, e, g) AS trino_format_text(f, trino_argument(a), trino_argument(b), trino_argument(c),
        trino_argument(d), trino_argument(e), trino_argument(g));
CREATE TEMP MACRO codepoint(s) AS unicode(s);
CREATE TEMP MACRO levenshtein_distance(a, b) AS levenshtein(a, b);
CREATE TEMP MACRO hamming_distance(a, b) AS hamming(a, b);
CREATE TEMP MACRO normalize(s) AS nfc_normalize(s);
CREATE TEMP MACRO to_utf8(s) AS encode(s);
CREATE TEMP MACRO from_utf8(b) AS decode(b);
CREATE TEMP MACRO trino_to_base64(b) AS base64(b);
CREATE TEMP MACRO to_base64url(b) AS translate(base64(b), '+/', '-_');
CREATE TEMP MACRO from_base64url(s) AS from_base64(rpad(translate(rtrim(s, '='), '-_', '+/'),
    CAST((len(rtrim(s, '=')) + 3) // 4 * 4 AS integer), '='));
CREATE TEMP MACRO trino_md5(b) AS from_hex(md5(b));
CREATE TEMP MACRO trino_sha1(b) AS from_hex(sha1(b));
CREATE TEMP MACRO trino_sha256(b) AS from_hex(sha256(b));
CREATE TEMP MACRO trino_url_encode(s) AS
    replace(replace(replace(url_encode(s), '%20', '+'), '%2A', '*'), '~', '%7E');
CREATE TEMP MACRO trino_url_decode(s) AS url_decode(replace(s, '+', ' '));
CREATE TEMP MACRO url_extract_protocol(u) AS trino_regexp_extract(u, '^([A-Za-z][A-Za-z0-9+.-]*):', 1);
CREATE TEMP MACRO url_extract_host(u) AS
    trino_regexp_extract(u, '^[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#@]*@)?(\[[^\]]*\]|[^/?#:]+)', 1);
CREATE TEMP MACRO url_extract_port(u) AS
    TRY_CAST(trino_regexp_extract(u, '^[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*:(\d+)', 1) AS bigint);
CREATE TEMP MACRO url_extract_path(u) AS
    trino_regexp_extract(u, '^(?:[A-Za-z][A-Za-z0-9+.-]*:)?(?://[^/?#]*)?([^?#]*)', 1);
CREATE TEMP MACRO url_extract_query(u) AS trino_regexp_extract(u, '\?([^#]*)', 1);
CREATE TEMP MACRO url_extract_fragment(u) AS trino_regexp_extract(u, '#(.*)$', 1);
CREATE TEMP MACRO url_extract_parameter(u, k) AS url_decode(replace(
    trino_regexp_extract(u, '^[^?#]*\?(?:[^#]*&)?' || regexp_escape(k) || '=([^&#]*)', 1), '+', ' '));

-- types: Trino's spelling of values and types
CREATE TEMP MACRO trino_text(x) AS CASE typeof(x)
    WHEN 'DOUBLE' THEN trino_real_text(TRY_CAST(x AS double))
    WHEN 'FLOAT' THEN trino_real_text(TRY_CAST(x AS real))
    WHEN 'JSON' THEN trino_json_text(CAST(x AS varchar))
    WHEN 'TIMESTAMP WITH TIME ZONE' THEN trino_instant_text(TRY_CAST(x AS timestamptz))
    ELSE CAST(x AS varchar) END;
CREATE TEMP MACRO trino_typeof(x) AS trino_type_name(typeof(x));

-- arrays and maps
CREATE TEMP MACRO trino_element_at(c, k) AS c[k];
CREATE TEMP MACRO array_join(a, d) AS array_to_string(CAST(a AS varchar[]), d),
    (a, d, n) AS array_to_string(list_transform(CAST(a AS varchar[]), lambda x: coalesce(x, n)), d);
CREATE TEMP MACRO trino_contains(a, x) AS CASE WHEN list_contains(a, x) THEN true
    WHEN len(a) > list_count(a) THEN NULL ELSE list_contains(a, x) END;
CREATE TEMP MACRO trino_array_distinct(a) AS
    list_filter(a, lambda x, i: coalesce(list_position(a, x) = i, false));
CREATE TEMP MACRO trino_array_sort(a) AS list_sort(a, 'ASC', 'NULLS LAST');
CREATE TEMP MACRO trino_array_position(a, x) AS coalesce(list_position(a, x),
    CASE WHEN a IS NULL OR x IS NULL THEN NULL ELSE 0 END);
CREATE TEMP MACRO array_except(a, b) AS list_filter(a, lambda x, i:
    coalesce(list_position(a, x) = i AND list_position(b, x) IS NULL, false));
CREATE TEMP MACRO trino_array_intersect(a, b) AS list_filter(a, lambda x, i:
    coalesce(list_position(a, x) = i AND list_position(b, x) IS NOT NULL, false));
CREATE TEMP MACRO array_union(a, b) AS trino_array_distinct(list_concat(a, b));
CREATE TEMP MACRO arrays_overlap(a, b) AS CASE WHEN list_has_any(a, b) THEN true
    WHEN len(a) > list_count(a) OR len(b) > list_count(b) THEN NULL ELSE list_has_any(a, b) END;
CREATE TEMP MACRO array_max(a) AS CASE WHEN len(a) = list_count(a) THEN list_max(a) END;
CREATE TEMP MACRO array_min(a) AS CASE WHEN len(a) = list_count(a) THEN list_min(a) END;
CREATE TEMP MACRO array_remove(a, x) AS list_filter(a, lambda e: e <> x);
CREATE TEMP MACRO zip(a, b) AS list_zip(a, b), (a, b, c) AS list_zip(a, b, c);
CREATE TEMP MACRO array_first(a) AS a[1];
CREATE TEMP MACRO array_last(a) AS a[-1];
CREATE TEMP MACRO trim_array(a, n) AS list_slice(a, 1, len(a) - n);
CREATE TEMP MACRO shuffle(a) AS list_sort(a);
CREATE TEMP MACRO sequence(a, b) AS generate_series(a, b, CASE WHEN a <= b THEN 1 ELSE -1 END), (a, b, s) AS generate_series(a, b, s);
CREATE TEMP MACRO slice(a, i, n) AS CASE WHEN i > 0 THEN list_slice(a, i, i + n - 1)
    ELSE list_slice(a, len(a) + i + 1, len(a) + i + n) END;
CREATE TEMP MACRO trino_repeat(x, n) AS list_transform(range(n), lambda i: x);
CREATE TEMP MACRO array_average(a) AS list_avg(a);

-- aggregates: what the rewriter puts in place of map_agg and multimap_agg
CREATE TEMP MACRO trino_map_of(entries) AS list_transform([list_sort(list_transform(entries,
    lambda e, i: {'k': e.k, 'i': i, 'v': e.v}))], lambda s: map_from_entries(list_transform(list_filter(s,
    lambda e, i: e.k IS NOT NULL AND (i = 1 OR s[i - 1].k <> e.k)), lambda e: {'k': e.k, 'v': e.v})))[1];
CREATE TEMP MACRO trino_multimap_of(entries) AS list_transform([list_sort(list_transform(entries,
    lambda e, i: {'k': e.k, 'i': i, 'v': e.v}))], lambda s: map_from_entries(list_transform(list_filter(s,
    lambda e, i: e.k IS NOT NULL AND (i = 1 OR s[i - 1].k <> e.k)), lambda e: {'k': e.k,
    'v': list_transform(list_filter(s, lambda o: o.k = e.k), lambda o: o.v)})))[1];
CREATE TEMP MACRO multimap_from_entries(a) AS
    trino_multimap_of(list_transform(a, lambda e: {'k': e[1], 'v': e[2]}));

-- numbers
CREATE TEMP MACRO bitwise_and(a, b) AS a & b;
CREATE TEMP MACRO bitwise_or(a, b) AS a | b;
CREATE TEMP MACRO bitwise_xor(a, b) AS xor(a, b);
CREATE TEMP MACRO bitwise_not(a) AS ~a;
CREATE TEMP MACRO bitwise_left_shift(a, n) AS a << n;
CREATE TEMP MACRO bitwise_right_shift(a, n) AS a >> n;
CREATE TEMP MACRO truncate(x) AS trunc(x);
CREATE TEMP MACRO trino_random() AS random(), (n) AS CAST(floor(random() * n) AS bigint),
    (m, n) AS CAST(m + floor(random() * (n - m)) AS bigint);
CREATE TEMP MACRO rand() AS random(), (n) AS CAST(floor(random() * n) AS bigint);
CREATE TEMP MACRO trino_bit_count(x, bits) AS bit_count(CAST(x AS bigint)) - CASE WHEN x < 0 THEN 64 - bits ELSE 0 END;
CREATE TEMP MACRO is_nan(x) AS isnan(x);
CREATE TEMP MACRO is_finite(x) AS isfinite(x);
CREATE TEMP MACRO is_infinite(x) AS isinf(x);
CREATE TEMP MACRO infinity() AS CAST('inf' AS double);
CREATE TEMP MACRO nan() AS CAST('nan' AS double);
CREATE TEMP MACRO e() AS 2.718281828459045e0;
CREATE TEMP MACRO trino_greatest(a, b) AS CASE WHEN a IS NOT NULL AND b IS NOT NULL
        THEN greatest(a, b) END,
    (a, b, c) AS CASE WHEN a IS NOT NULL AND b IS NOT NULL AND c IS NOT NULL
        THEN greatest(a, b, c) END,
    (a, b, c, d) AS CASE WHEN a IS NOT NULL AND b IS NOT NULL AND c IS NOT NULL AND d IS NOT NULL
        THEN greatest(a, b, c, d) END;
CREATE TEMP MACRO trino_least(a, b) AS CASE WHEN a IS NOT NULL AND b IS NOT NULL
        THEN least(a, b) END,
    (a, b, c) AS CASE WHEN a IS NOT NULL AND b IS NOT NULL AND c IS NOT NULL
        THEN least(a, b, c) END,
    (a, b, c, d) AS CASE WHEN a IS NOT NULL AND b IS NOT NULL AND c IS NOT NULL AND d IS NOT NULL
        THEN least(a, b, c, d) END;
