-- Every kind of type, table and name that a dump must carry.
CREATE EXTENSION hstore; CREATE EXTENSION citext; CREATE EXTENSION pg_trgm; CREATE EXTENSION ltree;
CREATE TYPE mood AS ENUM ('sad', 'it''s ok', 'glücklich 😀');
ALTER TYPE mood ADD VALUE 'angry' BEFORE 'sad';
CREATE TYPE pair AS (a integer, b text);
CREATE TYPE span AS RANGE (subtype = float8);
CREATE DOMAIN positive AS integer CHECK (VALUE > 0);

CREATE TABLE every_type (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  a_smallint smallint, a_numeric numeric, a_scaled numeric(20, 5), a_real real, a_double float8,
  a_money money, a_varchar varchar(9), a_char char(5), a_text text, a_name name, a_byte "char",
  a_bytea bytea, a_timestamp timestamp, a_timestamptz timestamptz, a_date date, a_time time,
  a_timetz timetz, an_interval interval, a_boolean boolean, a_mood mood, a_point point, a_line line,
  a_lseg lseg, a_box box, a_path path, a_polygon polygon, a_circle circle, a_cidr cidr, an_inet inet,
  a_macaddr macaddr, a_macaddr8 macaddr8, a_bit bit(4), a_varbit bit varying, a_tsvector tsvector,
  a_tsquery tsquery, a_uuid uuid, an_xml xml, a_json json, a_jsonb jsonb, a_jsonpath jsonpath,
  an_array integer[], a_matrix text[][], a_range int4range, a_multirange datemultirange, a_span span,
  a_pair pair, pairs pair[], a_positive positive, a_regclass regclass, an_oid oid, an_lsn pg_lsn,
  a_hstore hstore, a_citext citext, an_ltree ltree,
  t text, "quoted "" name" text, "new
line" text, "back\slash" text, "emoji 😀" text, "select" text,
  a_generated integer GENERATED ALWAYS AS (length(a_text)) STORED
);
INSERT INTO every_type DEFAULT VALUES;
INSERT INTO every_type VALUES (DEFAULT,
  -32768, 'NaN', 12345678901.00001, 0.1, 0.1::float8 + 0.2, '1234.56', 'ä', 'x', E'line\nwith \\ and \t',
  'name', 'c', '\x00ff27', '1999-12-31 23:59:59.999999', '2024-02-29 12:00+05:30', 'infinity',
  '24:00', '12:00+02', '1 year 2 mons -3 days 04:05:06.7', true, 'glücklich 😀', '(0.1,1e300)',
  '{1,2,3}', '[(0,0),(1,1)]', '(1,1),(0,0)', '((0,0),(1,2))', '((0,0),(1,1),(2,0))', '<(0,0),0.1>',
  '10.0.0.0/8', '::1/64', '08:00:2b:01:02:03', '08:00:2b:01:02:03:04:05', '1010', '101',
  'a fat cat', 'fat & (rat | cat)', '00000000-0000-4000-8000-000000000001', '<a b="c">ü</a>',
  '{"z": 1,  "a": [1.50, null]}', '{"z": 1, "a": [1.50, null]}', '$.a[*] ? (@ > 1)', '{1,NULL,3}',
  '{{a,b},{c,"d,\"e"}}', '[1,5)', '{[2024-01-01,2024-02-01),[2025-01-01,)}', '[0.1,0.2]',
  '(1,"a ""quoted"" \\ b")', ARRAY['(1,x)', '(,)']::pair[], 7, 'pg_class', 4294967295, '16/B374D848',
  'a=>1, b=>NULL', 'CaSe', 'Top.Science', 't', 'q', 'n', 'b', 'e', 's');
INSERT INTO every_type (a_real, a_double, a_date, a_numeric)
  VALUES ('-Infinity', '1e-307', '0001-01-01 BC', '1e-100'), ('NaN', '-0', '-infinity', 'Infinity');

CREATE TABLE "odd "" 'name' \ 😀
two lines" (x integer);
INSERT INTO "odd "" 'name' \ 😀
two lines" VALUES (1), (1), (2);
CREATE TABLE nothing_in_it (x integer);
CREATE TABLE no_columns ();
INSERT INTO no_columns DEFAULT VALUES;
INSERT INTO no_columns DEFAULT VALUES;
CREATE UNLOGGED TABLE unlogged (x integer);
INSERT INTO unlogged VALUES (1);

CREATE TABLE parent (a integer, b text);
CREATE TABLE child (c integer) INHERITS (parent);
ALTER TABLE parent ADD COLUMN d date DEFAULT '2024-01-01';
INSERT INTO parent VALUES (1, 'parent'); INSERT INTO child VALUES (2, 'child', 3);

CREATE TABLE events (id integer, at date NOT NULL, state varchar(9)
  CHECK (state IN ('new', 'done'))) PARTITION BY RANGE (at);
CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE events_rest PARTITION OF events DEFAULT PARTITION BY LIST (state);
CREATE TABLE events_rest_new PARTITION OF events_rest FOR VALUES IN ('new');
CREATE INDEX events_id ON events (id);
INSERT INTO events VALUES (1, '2024-05-05', 'done'), (2, '2030-01-01', 'new');

CREATE TABLE dropped (a integer, b integer, c integer);
INSERT INTO dropped VALUES (1, 2, 3);
ALTER TABLE dropped DROP COLUMN b;
ALTER TABLE dropped ADD COLUMN a_later integer DEFAULT 4;

CREATE SEQUENCE downwards INCREMENT -3 MINVALUE -1000 MAXVALUE 10 START 10;
SELECT nextval('downwards');
CREATE SEQUENCE untouched;
CREATE VIEW a_view AS SELECT id, a_text FROM every_type WHERE a_varchar IN ('a', 'b');
CREATE MATERIALIZED VIEW summed AS SELECT a, count(*) FROM parent GROUP BY a;
CREATE UNIQUE INDEX ON summed (a);
CREATE MATERIALIZED VIEW not_yet AS SELECT 1 AS one WITH NO DATA;
CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- Name: looks like; Type: A HEADING; Schema: of pg_dump
  NEW.x := NEW.x + 1; RETURN NEW;
END $$;
CREATE TRIGGER shouts BEFORE INSERT ON nothing_in_it FOR EACH ROW EXECUTE FUNCTION shout();
CREATE TABLE guarded (x integer);
INSERT INTO guarded SELECT generate_series(1, 30);
ALTER TABLE guarded ENABLE ROW LEVEL SECURITY;
CREATE POLICY small ON guarded USING (x < 10);
COMMENT ON TABLE guarded IS 'It''s; guarded';
CREATE STATISTICS correlated (dependencies) ON a_smallint, a_real FROM every_type;
CREATE COLLATION numbers (provider = icu, locale = 'en-u-kn-true');
SELECT lo_from_bytea(4711, convert_to(repeat('large ', 100000), 'UTF8')), lo_from_bytea(4712, '');
COMMENT ON LARGE OBJECT 4711 IS 'a recording';
