SELECT U&'\00e9\+01F600', X'41', E'\'', $$a'b$$, $t$x$t$, 'it''s', "q""n", `h`, .5, 1.5e-3, 0xff, ARRAY[1] || 2 /* c */ FROM 0a1b2c3d-1234-5678-9abc-def012345678 WHERE a.b.c.d = ?
