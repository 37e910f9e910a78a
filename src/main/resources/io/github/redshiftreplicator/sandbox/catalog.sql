-- What Redshift's database has and PostgreSQL's lacks. Executed once by the superuser in the database behind the stand-in.

SET allow_system_table_mods = on;
SET client_min_messages = error;

DO $$
BEGIN
    EXECUTE format('ALTER DATABASE %I SET default_transaction_isolation TO serializable', current_database());
    EXECUTE format('ALTER DATABASE %I SET standard_conforming_strings TO off', current_database());
    EXECUTE format('ALTER DATABASE %I SET escape_string_warning TO off', current_database());
    EXECUTE format('ALTER DATABASE %I SET redshift.enable_case_sensitive_identifier TO off', current_database());
    EXECUTE format('ALTER DATABASE %I SET redshift.query_group TO ''default''', current_database());
    EXECUTE format('ALTER DATABASE %I SET redshift.wlm_query_slot_count TO ''1''', current_database());
    EXECUTE format('ALTER DATABASE %I SET redshift.enable_result_cache_for_session TO on', current_database());
    EXECUTE format('ALTER DATABASE %I SET redshift.analyze_threshold_percent TO ''10''', current_database());
    EXECUTE format('ALTER ROLE postgres IN DATABASE %I SET default_transaction_isolation TO "read committed"', current_database());
    EXECUTE format('ALTER ROLE postgres IN DATABASE %I SET standard_conforming_strings TO on', current_database());
END
$$;

GRANT ALL ON SCHEMA public TO PUBLIC;

-- ---- types

CREATE TYPE pg_catalog.super;
CREATE FUNCTION pg_catalog.super_in(cstring) RETURNS super LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'json_in';
CREATE FUNCTION pg_catalog.super_out(super) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'json_out';
CREATE FUNCTION pg_catalog.super_recv(internal) RETURNS super LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'json_recv';
CREATE FUNCTION pg_catalog.super_send(super) RETURNS bytea LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'json_send';
CREATE TYPE pg_catalog.super (
    INPUT = super_in, OUTPUT = super_out, RECEIVE = super_recv, SEND = super_send,
    INTERNALLENGTH = VARIABLE, STORAGE = extended);
CREATE CAST (super AS json) WITHOUT FUNCTION AS IMPLICIT;
CREATE CAST (json AS super) WITHOUT FUNCTION AS ASSIGNMENT;

CREATE TYPE pg_catalog.varbyte;
CREATE FUNCTION pg_catalog.varbyte_in(cstring) RETURNS varbyte LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'byteain';
CREATE FUNCTION pg_catalog.varbyte_out(varbyte) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'byteaout';
CREATE FUNCTION pg_catalog.varbyte_recv(internal) RETURNS varbyte LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'bytearecv';
CREATE FUNCTION pg_catalog.varbyte_send(varbyte) RETURNS bytea LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'byteasend';
CREATE TYPE pg_catalog.varbyte (
    INPUT = varbyte_in, OUTPUT = varbyte_out, RECEIVE = varbyte_recv, SEND = varbyte_send,
    TYPMOD_IN = varchartypmodin, TYPMOD_OUT = varchartypmodout,
    INTERNALLENGTH = VARIABLE, STORAGE = extended);
CREATE CAST (varbyte AS bytea) WITHOUT FUNCTION AS IMPLICIT;
CREATE CAST (bytea AS varbyte) WITHOUT FUNCTION AS ASSIGNMENT;

-- ---- operators

-- "Trailing spaces in VARCHAR and CHAR values are treated as semantically insignificant when values are compared" ("Character
-- types"). GROUP BY, which takes them for equal as well, tells them apart here.
DO $$
DECLARE
    operands text[];
    operator text;
    name text;
BEGIN
    FOREACH operands SLICE 1 IN ARRAY ARRAY[['varchar', 'varchar'], ['bpchar', 'varchar'], ['varchar', 'bpchar']] LOOP
        FOREACH operator IN ARRAY ARRAY['=', '<>'] LOOP
            name := operands[1] || CASE operator WHEN '=' THEN '_equals_' ELSE '_differs_from_' END || operands[2];
            EXECUTE format(
                'CREATE FUNCTION pg_catalog.%I(%s, %s) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS'
                    ' ''SELECT rtrim($1::text, '''' '''') OPERATOR(pg_catalog.%s) rtrim($2::text, '''' '''')''',
                name, operands[1], operands[2], operator);
            EXECUTE format(
                'CREATE OPERATOR pg_catalog.%s (LEFTARG = %s, RIGHTARG = %s, FUNCTION = %I)',
                operator, operands[1], operands[2], name);
        END LOOP;
    END LOOP;
END
$$;

-- ---- functions

CREATE OR REPLACE FUNCTION pg_catalog.version() RETURNS text LANGUAGE sql STABLE AS
$$ SELECT 'PostgreSQL 8.0.2 on i686-pc-linux-gnu, compiled by GCC gcc (GCC) 3.4.2 20041017 (Red Hat 3.4.2-6.fc3), Redshift 1.0.0'::text $$;
CREATE FUNCTION pg_catalog.getdate() RETURNS timestamp LANGUAGE sql STABLE AS
$$ SELECT date_trunc('second', statement_timestamp())::timestamp $$;
CREATE FUNCTION pg_catalog.sysdate() RETURNS timestamp LANGUAGE sql STABLE AS
$$ SELECT transaction_timestamp()::timestamp $$;
CREATE FUNCTION pg_catalog.len(text) RETURNS integer LANGUAGE sql IMMUTABLE AS $$ SELECT char_length($1) $$;
CREATE FUNCTION pg_catalog.regexp_replace(text, text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT regexp_replace($1, $2, '', 'g') $$;
CREATE FUNCTION pg_catalog.charindex(text, text) RETURNS integer LANGUAGE sql IMMUTABLE AS $$ SELECT strpos($2, $1) $$;
CREATE FUNCTION pg_catalog.from_hex(text) RETURNS varbyte LANGUAGE sql IMMUTABLE AS $$ SELECT decode($1, 'hex')::varbyte $$;
CREATE FUNCTION pg_catalog.json_parse(text) RETURNS super LANGUAGE sql IMMUTABLE AS $$ SELECT $1::json::super $$;
CREATE FUNCTION pg_catalog.json_serialize(super) RETURNS varchar LANGUAGE sql IMMUTABLE AS $$ SELECT $1::json::text::varchar $$;
CREATE FUNCTION pg_catalog.pg_last_copy_count() RETURNS bigint LANGUAGE sql STABLE AS
$$ SELECT coalesce(nullif(current_setting('redshift.last_copy_count', true), ''), '0')::bigint $$;
CREATE FUNCTION pg_catalog.pg_last_copy_id() RETURNS integer LANGUAGE sql STABLE AS
$$ SELECT coalesce(nullif(current_setting('redshift.last_copy_id', true), ''), '-1')::integer $$;
CREATE FUNCTION pg_catalog.pg_last_query_id() RETURNS integer LANGUAGE sql STABLE AS
$$ SELECT coalesce(nullif(current_setting('redshift.last_copy_id', true), ''), '-1')::integer $$;
CREATE FUNCTION pg_catalog.pg_get_late_binding_view_cols() RETURNS SETOF record LANGUAGE sql STABLE AS
$$ SELECT NULL::name, NULL::name, NULL::name, NULL::varchar, NULL::integer WHERE false $$;

-- ---- the stand-in's own

CREATE SCHEMA pg_internal;
GRANT USAGE ON SCHEMA pg_internal TO PUBLIC;

CREATE TABLE pg_internal.load_error (
    userid integer, tbl integer, starttime timestamp, session integer, query bigint, filename char(256),
    line_number bigint, colname char(127), type char(10), col_length char(10), position integer,
    raw_line char(1024), raw_field_value char(1024), err_code integer, err_reason varchar(512));
CREATE TABLE pg_internal.load_commit (
    userid integer, query bigint, name varchar(256), source varchar(2000), filename char(256), lines bigint,
    starttime timestamp, endtime timestamp);
CREATE TABLE pg_internal.vacuumed (tbl oid PRIMARY KEY, at timestamp NOT NULL);
-- keys, which Redshift remembers and does not enforce
CREATE TABLE pg_internal.key_constraint (
    oid bigserial, conname name, conrelid oid, contype "char", conkey smallint[], confrelid oid, confkey smallint[],
    PRIMARY KEY (conrelid, conname));
CREATE TABLE pg_internal.comment (objoid oid, objsubid integer, description text NOT NULL, PRIMARY KEY (objoid, objsubid));
-- what the stand-in cannot make and its views can show: policies on tables, and tables in datashares
CREATE TABLE pg_internal.attachment (kind text, schema_name text, table_name text, name text);

CREATE FUNCTION pg_internal.note(comment text) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN coalesce(comment::jsonb, '{}');
EXCEPTION WHEN invalid_text_representation THEN
    RETURN '{}';
END
$$;

-- lengths count bytes in Redshift and characters in PostgreSQL
CREATE FUNCTION pg_internal.add_byte_checks(name text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    changes text;
BEGIN
    SELECT string_agg(CASE
            WHEN t.typname = 'text' THEN format('ALTER COLUMN %I TYPE varchar(65535)', a.attname)
            ELSE format('ADD CONSTRAINT %I CHECK (octet_length(%I) <= %s)',
                'rs_bytes_' || CASE t.typname WHEN 'bpchar' THEN 'char' ELSE t.typname END || '_' || a.atttypmod - 4 || '_' || a.attnum,
                a.attname, a.atttypmod - 4)
            END, ', ')
    INTO changes
    FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
    WHERE a.attrelid = name::regclass AND a.attnum > 0 AND NOT a.attisdropped
      AND (t.typname = 'text' OR t.typname IN ('varchar', 'bpchar', 'varbyte') AND a.atttypmod > 4)
      AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conrelid = a.attrelid AND c.conkey = ARRAY[a.attnum]
                      AND c.conname LIKE 'rs\_bytes\_%');
    IF changes IS NOT NULL THEN
        EXECUTE 'ALTER TABLE ' || name::regclass || ' ' || changes;
    END IF;
END
$$ SET standard_conforming_strings = on;

CREATE FUNCTION pg_internal.refuse_types(rel regclass) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    bad record;
BEGIN
    SELECT a.attname, format_type(a.atttypid, a.atttypmod) AS type INTO bad
    FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
    WHERE a.attrelid = rel AND a.attnum > 0 AND NOT a.attisdropped
      AND t.typname NOT IN ('int2', 'int4', 'int8', 'numeric', 'float4', 'float8', 'bool', 'bpchar', 'varchar', 'text', 'date',
                            'timestamp', 'timestamptz', 'time', 'timetz', 'super', 'varbyte')
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'Column "%" has unsupported type "%".', bad.attname, bad.type USING ERRCODE = '0A000';
    END IF;
END
$$;

-- remembers what PostgreSQL has no place for in the comments of a table and its columns, which its copies by LIKE inherit
CREATE FUNCTION pg_internal.describe_table(name text, source text, notes text, columns text, constraints text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    rel regclass := name::regclass;
    own jsonb := notes::jsonb;
    entry record;
BEGIN
    IF obj_description(rel, 'pg_class') IS NOT NULL THEN
        RETURN;
    END IF;
    IF source IS NOT NULL THEN
        own := pg_internal.note(obj_description(source::regclass, 'pg_class'));
        FOR entry IN SELECT a.attname, pg_internal.note(col_description(rel, a.attnum)) - 'identity' AS note
                     FROM pg_attribute a WHERE a.attrelid = rel AND a.attnum > 0
                       AND pg_internal.note(col_description(rel, a.attnum)) ? 'identity' LOOP
            EXECUTE format('COMMENT ON COLUMN %s.%I IS %L', rel, entry.attname, entry.note);
        END LOOP;
    END IF;
    PERFORM pg_internal.refuse_types(rel);
    EXECUTE format('COMMENT ON TABLE %s IS %L', rel, own);
    FOR entry IN SELECT key, value FROM jsonb_each(columns::jsonb) LOOP
        EXECUTE format('COMMENT ON COLUMN %s.%I IS %L', rel, entry.key, entry.value);
    END LOOP;
    PERFORM pg_internal.add_byte_checks(name);
    PERFORM pg_internal.add_constraint(name, value, false) FROM jsonb_array_elements(constraints::jsonb);
END
$$ SET standard_conforming_strings = on;

CREATE FUNCTION pg_internal.note_column(name text, col text, notes text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    rel regclass := name::regclass;
    num smallint := (SELECT attnum FROM pg_attribute WHERE attrelid = rel AND attname = col AND NOT attisdropped);
BEGIN
    IF num IS NULL THEN
        RAISE EXCEPTION 'column "%" of relation "%" does not exist', col, rel USING ERRCODE = '42703';
    END IF;
    EXECUTE format('COMMENT ON COLUMN %s.%I IS %L', rel, col, pg_internal.note(col_description(rel, num)) || notes::jsonb);
END
$$ SET standard_conforming_strings = on;

-- "ALTER TABLE", ALTER COLUMN TYPE
CREATE FUNCTION pg_internal.alter_varchar(name text, col text, new_type text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    rel regclass := name::regclass;
    old record;
    wanted integer := substring(new_type FROM '\d+')::integer;
    check_name text;
BEGIN
    SELECT a.attnum, t.typname, a.atttypmod - 4 AS length, pg_internal.note(col_description(rel, a.attnum)) ->> 'encode' AS encoding
    INTO old
    FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid WHERE a.attrelid = rel AND a.attname = col AND NOT a.attisdropped;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'column "%" of relation "%" does not exist', col, rel USING ERRCODE = '42703';
    END IF;
    IF old.typname <> 'varchar' THEN
        RAISE EXCEPTION 'ALTER COLUMN TYPE is supported only for VARCHAR columns' USING ERRCODE = '0A000';
    END IF;
    IF EXISTS (SELECT FROM pg_attrdef WHERE adrelid = rel AND adnum = old.attnum) THEN
        RAISE EXCEPTION 'cannot alter column "%" of relation "%", which has a default value', col, rel USING ERRCODE = '0A000';
    END IF;
    IF EXISTS (SELECT FROM pg_internal.key_constraint WHERE conrelid = rel AND old.attnum = ANY (conkey)
               OR confrelid = rel AND old.attnum = ANY (confkey)) THEN
        RAISE EXCEPTION 'cannot alter column "%" of relation "%", which is part of a key', col, rel USING ERRCODE = '0A000';
    END IF;
    IF old.encoding IN ('bytedict', 'runlength', 'text255', 'text32k') THEN
        RAISE EXCEPTION 'cannot alter column "%" of relation "%" with encoding %', col, rel, old.encoding USING ERRCODE = '0A000';
    END IF;
    IF wanted <= old.length THEN
        RAISE EXCEPTION 'cannot alter column "%" of relation "%", target column size should be different and not smaller', col, rel
            USING ERRCODE = '0A000';
    END IF;
    SELECT conname INTO check_name FROM pg_constraint
    WHERE conrelid = rel AND conkey = ARRAY[old.attnum] AND conname LIKE 'rs\_bytes\_%';
    IF check_name IS NOT NULL THEN
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', rel, check_name);
    END IF;
    EXECUTE format('ALTER TABLE %s ALTER COLUMN %I TYPE %s', rel, col, new_type);
    PERFORM pg_internal.add_byte_checks(name);
END
$$ SET standard_conforming_strings = on;

CREATE FUNCTION pg_internal.sort_style(rel regclass) RETURNS text LANGUAGE sql STABLE AS
$$ SELECT pg_internal.note(obj_description(rel, 'pg_class')) ->> 'sortstyle' $$;

CREATE FUNCTION pg_internal.set_vacuumed(rel oid) RETURNS void LANGUAGE sql SECURITY DEFINER AS
$$ INSERT INTO pg_internal.vacuumed VALUES (rel, now()) ON CONFLICT (tbl) DO UPDATE SET at = excluded.at $$;

CREATE FUNCTION pg_internal.vacuum_table(name text, kind text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    rel regclass := name::regclass;
BEGIN
    IF kind = 'reindex' AND pg_internal.sort_style(rel) IS DISTINCT FROM 'interleaved' THEN
        RAISE EXCEPTION 'VACUUM REINDEX is only supported for tables with interleaved sort keys: "%" is not interleaved', rel
            USING ERRCODE = '0A000';
    END IF;
    IF rel IS NOT NULL AND NOT pg_has_role((SELECT relowner FROM pg_class WHERE oid = rel), 'USAGE') THEN
        RAISE EXCEPTION 'skipping "%" --- only table or database owner can vacuum it', rel USING ERRCODE = '42501';
    END IF;
    IF rel IS NOT NULL THEN
        PERFORM pg_internal.set_vacuumed(rel);
    END IF;
END
$$;

CREATE FUNCTION pg_internal.analyze_table(name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM name::regclass;
END
$$;

-- "ALTER TABLE APPEND": what must be the same of two tables beside the attributes of their common columns
CREATE FUNCTION pg_internal.layout(rel regclass) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object(
        'distribution style', pg_internal.note(obj_description(rel, 'pg_class')) -> 'diststyle',
        'sort style', pg_internal.note(obj_description(rel, 'pg_class')) -> 'sortstyle',
        'distribution key', jsonb_agg(attname) FILTER (WHERE note ? 'distkey'),
        'sort key', jsonb_agg(attname ORDER BY abs((note ->> 'sortkey')::integer)) FILTER (WHERE note ? 'sortkey'))
    FROM (SELECT attname, pg_internal.note(col_description(rel, attnum)) AS note
          FROM pg_attribute WHERE attrelid = rel AND attnum > 0 AND NOT attisdropped) a
$$;

-- moves all rows; the columns must be the same, or the target has more of them (FILLTARGET) or fewer (IGNOREEXTRA)
CREATE FUNCTION pg_internal.append_table(target text, source text, ignore_extra boolean, fill_target boolean) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    common text;
    missing text;
    extra text;
    differing text;
BEGIN
    IF EXISTS (SELECT FROM pg_class WHERE oid IN (target::regclass, source::regclass) AND relpersistence = 't') THEN
        RAISE EXCEPTION 'ALTER TABLE APPEND: both tables must be permanent' USING ERRCODE = '0A000';
    END IF;
    SELECT string_agg(t.key, ', ') INTO differing
    FROM jsonb_each(pg_internal.layout(target::regclass)) t JOIN jsonb_each(pg_internal.layout(source::regclass)) s USING (key)
    WHERE t.value <> s.value;
    IF differing IS NOT NULL THEN
        RAISE EXCEPTION 'ALTER TABLE APPEND: the tables differ in: %', differing USING ERRCODE = '0A000';
    END IF;
    SELECT string_agg(quote_ident(s.attname), ', ') FILTER (WHERE t.attname IS NOT NULL AND s.attname IS NOT NULL),
           string_agg(s.attname, ', ') FILTER (WHERE t.attname IS NULL),
           string_agg(t.attname, ', ') FILTER (WHERE s.attname IS NULL)
    INTO common, extra, missing
    FROM (SELECT attname, format_type(atttypid, atttypmod) AS type, attnotnull, col_description(attrelid, attnum)::jsonb -> 'encode' AS encoding
          FROM pg_attribute WHERE attrelid = source::regclass AND attnum > 0 AND NOT attisdropped) s
    FULL JOIN (SELECT attname, format_type(atttypid, atttypmod) AS type, attnotnull, col_description(attrelid, attnum)::jsonb -> 'encode' AS encoding
          FROM pg_attribute WHERE attrelid = target::regclass AND attnum > 0 AND NOT attisdropped) t
        ON (t.attname, t.type, t.attnotnull) = (s.attname, s.type, s.attnotnull) AND t.encoding IS NOT DISTINCT FROM s.encoding;
    IF extra IS NOT NULL AND NOT ignore_extra THEN
        RAISE EXCEPTION 'ALTER TABLE APPEND: columns of the source table are missing in the target table: %', extra
            USING ERRCODE = '0A000';
    END IF;
    IF missing IS NOT NULL AND NOT fill_target THEN
        RAISE EXCEPTION 'ALTER TABLE APPEND: columns of the target table are missing in the source table: %', missing
            USING ERRCODE = '0A000';
    END IF;
    EXECUTE format('INSERT INTO %s (%s) SELECT %s FROM %s', target::regclass, common, common, source::regclass);
    EXECUTE format('DELETE FROM %s', source::regclass);
END
$$;

-- ---- keys and comments

CREATE FUNCTION pg_internal.require_owner(rel regclass) RETURNS void LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF NOT pg_has_role((SELECT relowner FROM pg_class WHERE oid = rel), 'USAGE') THEN
        RAISE EXCEPTION 'must be owner of relation %', rel USING ERRCODE = '42501';
    END IF;
END
$$;

CREATE FUNCTION pg_internal.column_numbers(rel regclass, names jsonb) RETURNS smallint[] LANGUAGE plpgsql STABLE AS $$
DECLARE
    numbers smallint[] := '{}';
    name text;
BEGIN
    FOR name IN SELECT jsonb_array_elements_text(names) LOOP
        numbers := numbers || (SELECT attnum FROM pg_attribute WHERE attrelid = rel AND attname = name AND NOT attisdropped);
        IF numbers[cardinality(numbers)] IS NULL THEN
            RAISE EXCEPTION 'column "%" named in key does not exist', name USING ERRCODE = '42703';
        END IF;
    END LOOP;
    RETURN numbers;
END
$$;
CREATE FUNCTION pg_internal.column_names(rel oid, numbers smallint[]) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY n.place)
    FROM unnest(numbers) WITH ORDINALITY AS n (attnum, place) JOIN pg_attribute a ON a.attrelid = rel AND a.attnum = n.attnum
$$;

CREATE FUNCTION pg_internal.keep_constraint(name, oid, "char", smallint[], oid, smallint[]) RETURNS void LANGUAGE sql SECURITY DEFINER AS
$$ INSERT INTO pg_internal.key_constraint (conname, conrelid, contype, conkey, confrelid, confkey) VALUES ($1, $2, $3, $4, $5, $6) $$;
CREATE FUNCTION pg_internal.forget_constraint(oid, name) RETURNS bigint LANGUAGE sql SECURITY DEFINER AS
$$ WITH gone AS (DELETE FROM pg_internal.key_constraint WHERE conrelid = $1 AND conname = $2 RETURNING 1) SELECT count(*) FROM gone $$;

-- "ALTER TABLE": no primary key on a nullable column; "CREATE TABLE": what is referred to is a primary or unique key
CREATE FUNCTION pg_internal.add_constraint(name text, spec jsonb, altered boolean) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    rel regclass := name::regclass;
    kind "char" := spec ->> 'kind';
    key smallint[] := pg_internal.column_numbers(rel, spec -> 'columns');
    other regclass := (spec ->> 'references')::regclass;
    other_key smallint[];
    own_name name := spec ->> 'name';
    nullable text;
BEGIN
    PERFORM pg_internal.require_owner(rel);
    IF kind = 'p' THEN
        IF EXISTS (SELECT FROM pg_internal.pg_constraint WHERE conrelid = rel AND contype = 'p') THEN
            RAISE EXCEPTION 'multiple primary keys for table "%" are not allowed', rel USING ERRCODE = '42P16';
        END IF;
        SELECT attname INTO nullable FROM pg_attribute WHERE attrelid = rel AND attnum = ANY (key) AND NOT attnotnull;
        IF altered AND FOUND THEN
            RAISE EXCEPTION 'ALTER TABLE ADD PRIMARY KEY: column "%" is nullable', nullable USING ERRCODE = '0A000';
        END IF;
    ELSIF kind = 'f' THEN
        other_key := CASE WHEN jsonb_array_length(spec -> 'referenced') > 0
            THEN pg_internal.column_numbers(other, spec -> 'referenced')
            ELSE (SELECT conkey FROM pg_internal.pg_constraint WHERE conrelid = other AND contype = 'p') END;
        IF NOT EXISTS (SELECT FROM pg_internal.pg_constraint WHERE conrelid = other AND contype IN ('p', 'u')
                       AND conkey @> other_key AND conkey <@ other_key) THEN
            RAISE EXCEPTION 'there is no unique constraint matching given keys for referenced table "%"', other
                USING ERRCODE = '42830';
        END IF;
    END IF;
    IF own_name IS NULL THEN
        own_name := (SELECT relname FROM pg_class WHERE oid = rel) || CASE kind WHEN 'p' THEN '_pkey'
            ELSE '_' || (spec -> 'columns' ->> 0) || CASE kind WHEN 'u' THEN '_key' ELSE '_fkey' END END;
    END IF;
    IF EXISTS (SELECT FROM pg_internal.key_constraint WHERE conrelid = rel AND conname = own_name) THEN
        RAISE EXCEPTION 'constraint "%" for relation "%" already exists', own_name, rel USING ERRCODE = '42710';
    END IF;
    PERFORM pg_internal.keep_constraint(own_name, rel, kind, key, coalesce(other, 0::oid), other_key);
END
$$ SET standard_conforming_strings = on;

CREATE FUNCTION pg_internal.drop_constraint(name text, con name) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_internal.require_owner(name::regclass);
    IF pg_internal.forget_constraint(name::regclass, con) = 0 THEN
        RAISE EXCEPTION 'constraint "%" of relation "%" does not exist', con, name::regclass USING ERRCODE = '42704';
    END IF;
END
$$;

-- "ALTER TABLE", DROP COLUMN
CREATE FUNCTION pg_internal.drop_column(name text, col name, cascading boolean) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    rel regclass := name::regclass;
    num smallint;
    note jsonb;
    own record;
BEGIN
    PERFORM pg_internal.require_owner(rel);
    SELECT attnum, pg_internal.note(col_description(rel, attnum)) INTO num, note
    FROM pg_attribute WHERE attrelid = rel AND attname = col AND NOT attisdropped;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'column "%" of relation "%" does not exist', col, rel USING ERRCODE = '42703';
    END IF;
    IF note ? 'distkey' OR note ? 'sortkey' THEN
        RAISE EXCEPTION 'cannot drop % column "%"', CASE WHEN note ? 'distkey' THEN 'distribution key' ELSE 'sort key' END, col
            USING ERRCODE = '0A000';
    END IF;
    FOR own IN SELECT conrelid, conname, confrelid, conkey FROM pg_internal.key_constraint
               WHERE conrelid = rel AND num = ANY (conkey) OR confrelid = rel AND num = ANY (confkey) LOOP
        IF NOT cascading AND (own.confrelid = rel OR cardinality(own.conkey) > 1) THEN
            RAISE EXCEPTION 'cannot drop column % of table % because the key % depends on it', col, rel, own.conname
                USING ERRCODE = '2BP01', HINT = 'Use DROP ... CASCADE to drop the dependent objects too.';
        END IF;
        PERFORM pg_internal.forget_constraint(own.conrelid, own.conname);
    END LOOP;
    IF NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = rel AND attnum > 0 AND attnum <> num AND NOT attisdropped) THEN
        RAISE EXCEPTION 'cannot drop the last column "%" of relation "%"', col, rel USING ERRCODE = '0A000';
    END IF;
    EXECUTE format('ALTER TABLE %s DROP COLUMN %I %s', rel, col, CASE WHEN cascading THEN 'CASCADE' ELSE 'RESTRICT' END);
END
$$ SET standard_conforming_strings = on;

CREATE VIEW pg_internal.pg_constraint AS
SELECT k.oid::oid AS oid, k.conname, c.relnamespace AS connamespace, k.contype, false AS condeferrable, false AS condeferred,
       k.conrelid, 0::oid AS contypid, k.confrelid, 'a'::"char" AS confupdtype, 'a'::"char" AS confdeltype,
       'u'::"char" AS confmatchtype, k.conkey, k.confkey
FROM pg_internal.key_constraint k JOIN pg_class c ON c.oid = k.conrelid
WHERE k.confrelid = 0 OR EXISTS (SELECT FROM pg_class WHERE oid = k.confrelid);

CREATE FUNCTION pg_internal.pg_get_constraintdef(oid) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE contype WHEN 'p' THEN 'PRIMARY KEY' WHEN 'u' THEN 'UNIQUE' ELSE 'FOREIGN KEY' END
        || ' (' || pg_internal.column_names(conrelid, conkey) || ')'
        || CASE WHEN contype = 'f'
               THEN ' REFERENCES ' || confrelid::regclass || '(' || pg_internal.column_names(confrelid, confkey) || ')' ELSE '' END
    FROM pg_internal.pg_constraint WHERE oid = $1
$$;

CREATE FUNCTION pg_internal.refuse_referenced(names text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    referring record;
BEGIN
    SELECT confrelid::regclass AS rel, conname, conrelid::regclass AS other INTO referring FROM pg_internal.pg_constraint
    WHERE contype = 'f' AND confrelid IN (SELECT to_regclass(name) FROM unnest(names) AS name)
      AND conrelid NOT IN (SELECT coalesce(to_regclass(name), 0::oid) FROM unnest(names) AS name);
    IF FOUND THEN
        RAISE EXCEPTION 'cannot drop table % because other objects depend on it', referring.rel
            USING ERRCODE = '2BP01', DETAIL = format('constraint %s on table %s depends on table %s', referring.conname,
                referring.other, referring.rel), HINT = 'Use DROP ... CASCADE to drop the dependent objects too.';
    END IF;
END
$$;

CREATE FUNCTION pg_internal.keep_comment(oid, integer, text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    DELETE FROM pg_internal.comment WHERE objoid = $1 AND objsubid = $2;
    INSERT INTO pg_internal.comment SELECT $1, $2, $3 WHERE $3 <> '';
END
$$;
CREATE FUNCTION pg_internal.set_comment(name text, col text, remark text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    rel regclass := name::regclass;
    num smallint := 0;
BEGIN
    PERFORM pg_internal.require_owner(rel);
    IF col IS NOT NULL THEN
        SELECT attnum INTO num FROM pg_attribute WHERE attrelid = rel AND attname = col AND NOT attisdropped;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'column "%" of relation "%" does not exist', col, rel USING ERRCODE = '42703';
        END IF;
    END IF;
    PERFORM pg_internal.keep_comment(rel, num, remark);
END
$$;
CREATE VIEW pg_internal.pg_description AS
SELECT objoid, 'pg_class'::regclass::oid AS classoid, objsubid, description FROM pg_internal.comment
WHERE EXISTS (SELECT FROM pg_class WHERE oid = objoid);

-- DatabaseMetaData.getPrimaryKeys joins indexes, which keys do not have
CREATE VIEW pg_internal.pk_attribute AS
SELECT a.attrelid, a.attname, a.atttypid, a.atttypmod, a.attisdropped, array_position(k.conkey, a.attnum)::smallint AS attnum
FROM pg_attribute a JOIN pg_internal.pg_constraint k ON k.conrelid = a.attrelid AND k.contype = 'p' AND a.attnum = ANY (k.conkey);
CREATE VIEW pg_internal.pk_index AS
SELECT DISTINCT attrelid AS indexrelid, attrelid AS indrelid, true AS indisprimary FROM pg_internal.pk_attribute;
CREATE VIEW pg_internal.pk_class AS
SELECT c.oid, k.conname AS relname, c.relnamespace
FROM pg_class c JOIN pg_internal.pg_constraint k ON k.conrelid = c.oid AND k.contype = 'p';

-- ---- system views

CREATE VIEW pg_catalog.stl_load_errors AS
SELECT userid, 0 AS slice, tbl, starttime, session, query::integer AS query, filename, line_number, colname, type, col_length,
       position, raw_line, raw_field_value, err_code, err_reason::char(100) AS err_reason, 0 AS is_partial, 0::bigint AS start_offset
FROM pg_internal.load_error WHERE userid = (SELECT usesysid FROM pg_user WHERE usename = current_user);
CREATE VIEW pg_catalog.sys_load_error_detail AS
SELECT userid AS user_id, query AS query_id, 0::bigint AS transaction_id, session AS session_id,
       current_database()::char(64) AS database_name, tbl AS table_id, starttime AS start_time, filename AS file_name, line_number,
       colname AS column_name, type AS column_type, col_length AS column_length, position, err_code AS error_code,
       err_reason::char(512) AS error_message
FROM pg_internal.load_error WHERE userid = (SELECT usesysid FROM pg_user WHERE usename = current_user);

CREATE VIEW pg_internal.columns AS
SELECT n.nspname, c.relname, c.oid AS relid, c.relkind, c.relpersistence, a.attname, a.attnum, a.atttypid, a.atttypmod, a.attnotnull,
       pg_internal.note(col_description(c.oid, a.attnum)) AS note, 
       CASE WHEN a.attidentity <> '' THEN '"identity"(' || c.oid || ', ' || a.attnum - 1 || ', ''1,1''::text)'
            ELSE pg_get_expr(d.adbin, d.adrelid) END AS column_default,
       t.typname, format_type(a.atttypid, a.atttypmod) AS type
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relkind IN ('r', 'v') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_internal', 'pg_toast')
  AND (n.nspname !~ '^pg_temp_' OR pg_is_other_temp_schema(n.oid) IS FALSE);

CREATE VIEW pg_catalog.svv_redshift_columns AS
SELECT current_database()::varchar(128) AS database_name, nspname::varchar(128) AS schema_name, relname::varchar(128) AS table_name,
       attname::varchar(128) AS column_name, row_number() OVER (PARTITION BY relid ORDER BY attnum)::integer AS ordinal_position,
       type::varchar(32) AS data_type, column_default::varchar(4000) AS column_default,
       CASE WHEN attnotnull THEN 'NO' ELSE 'YES' END::varchar(3) AS is_nullable,
       coalesce(note ->> 'encode', 'none')::varchar(128) AS encoding, coalesce((note ->> 'distkey')::boolean, false) AS distkey,
       coalesce((note ->> 'sortkey')::integer, 0) AS sortkey, NULL::varchar(128) AS column_acl, NULL::varchar(256) AS remarks
FROM pg_internal.columns WHERE has_table_privilege(relid, 'SELECT');
CREATE VIEW pg_catalog.svv_all_columns AS
SELECT database_name, schema_name, table_name, column_name, ordinal_position, column_default, is_nullable, data_type,
       NULL::integer AS character_maximum_length, NULL::integer AS numeric_precision, NULL::integer AS numeric_scale, remarks
FROM pg_catalog.svv_redshift_columns;
CREATE VIEW pg_catalog.svv_columns AS
SELECT current_database()::varchar(128) AS table_catalog, nspname::varchar(128) AS table_schema, relname::varchar(128) AS table_name,
       attname::varchar(128) AS column_name, row_number() OVER (PARTITION BY relid ORDER BY attnum)::integer AS ordinal_position,
       column_default::varchar(4000) AS column_default, CASE WHEN attnotnull THEN 'NO' ELSE 'YES' END::varchar(3) AS is_nullable,
       format_type(atttypid, NULL)::varchar(128) AS data_type,
       CASE WHEN typname IN ('varchar', 'bpchar', 'varbyte') AND atttypmod > 4 THEN atttypmod - 4 END AS character_maximum_length,
       CASE typname WHEN 'numeric' THEN (atttypmod - 4) >> 16 & 65535 WHEN 'int2' THEN 16 WHEN 'int4' THEN 32 WHEN 'int8' THEN 64
                    WHEN 'float4' THEN 24 WHEN 'float8' THEN 53 END AS numeric_precision,
       CASE WHEN typname = 'numeric' THEN 10 WHEN typname IN ('int2', 'int4', 'int8', 'float4', 'float8') THEN 2 END
           AS numeric_precision_radix,
       CASE WHEN typname = 'numeric' THEN (atttypmod - 4) & 2047 WHEN typname IN ('int2', 'int4', 'int8') THEN 0 END AS numeric_scale,
       CASE WHEN typname IN ('timestamp', 'timestamptz', 'time', 'timetz') THEN 6 END AS datetime_precision,
       NULL::varchar AS interval_type, NULL::varchar AS interval_precision, NULL::varchar AS character_set_catalog,
       NULL::varchar AS character_set_schema, NULL::varchar AS character_set_name, NULL::varchar AS collation_catalog,
       NULL::varchar AS collation_schema, NULL::varchar AS collation_name, NULL::varchar AS domain_name, NULL::varchar AS remarks
FROM pg_internal.columns WHERE has_table_privilege(relid, 'SELECT');
CREATE VIEW pg_catalog.svv_redshift_tables AS
SELECT DISTINCT current_database()::varchar(128) AS database_name, nspname::varchar(128) AS schema_name,
       relname::varchar(128) AS table_name, CASE relkind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END::varchar(128) AS table_type,
       NULL::varchar(128) AS table_acl, NULL::varchar(128) AS remarks
FROM pg_internal.columns WHERE has_table_privilege(relid, 'SELECT');
CREATE VIEW pg_catalog.svv_all_tables AS SELECT * FROM pg_catalog.svv_redshift_tables;
CREATE VIEW pg_catalog.svv_tables AS
SELECT DISTINCT current_database()::varchar(128) AS table_catalog, nspname::varchar(128) AS table_schema,
       relname::varchar(128) AS table_name,
       CASE WHEN relkind = 'v' THEN 'VIEW' WHEN relpersistence = 't' THEN 'LOCAL TEMPORARY' ELSE 'BASE TABLE' END::varchar(128)
           AS table_type, NULL::varchar(256) AS remarks
FROM pg_internal.columns WHERE has_table_privilege(relid, 'SELECT');
CREATE VIEW pg_catalog.svv_all_schemas AS
SELECT current_database()::varchar(128) AS database_name, nspname::varchar(128) AS schema_name, nspowner::integer AS schema_owner,
       'local'::varchar(128) AS schema_type, NULL::varchar(128) AS schema_acl, NULL::varchar(128) AS source_database,
       NULL::varchar(128) AS schema_option
FROM pg_namespace WHERE nspname NOT LIKE 'pg_toast%' AND nspname <> 'pg_internal';
CREATE VIEW pg_catalog.svv_redshift_databases AS
SELECT datname::varchar(128) AS database_name, datdba::integer AS database_owner, 'local'::varchar(32) AS database_type,
       NULL::varchar(128) AS database_acl, NULL::varchar(128) AS database_options, 'Serializable'::varchar(128) AS database_isolation_level
FROM pg_database WHERE datname = current_database();
CREATE VIEW pg_catalog.pg_table_def AS
SELECT nspname AS schemaname, relname AS tablename, attname AS "column", type::char(32) AS type,
       coalesce(note ->> 'encode', 'none')::char(32) AS encoding, coalesce((note ->> 'distkey')::boolean, false) AS distkey,
       coalesce((note ->> 'sortkey')::integer, 0) AS sortkey, attnotnull AS "notnull"
FROM pg_internal.columns WHERE relkind = 'r' AND nspname = ANY (current_schemas(true)) AND has_table_privilege(relid, 'SELECT');

CREATE FUNCTION pg_internal.row_count(rel regclass) RETURNS bigint LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE
    rows bigint;
BEGIN
    EXECUTE 'SELECT count(*) FROM ' || rel INTO rows;
    RETURN rows;
END
$$;
CREATE VIEW pg_catalog.svv_table_info AS
SELECT current_database()::text AS database, t.schema, t.table_id, t."table", 'N'::text AS encoded, t.diststyle, t.sortkey1,
       NULL::integer AS max_varchar, NULL::text AS sortkey1_enc, t.sortkey_num, t.size, 0.01::numeric(10,4) AS pct_used,
       NULL::numeric(10,4) AS empty,
       CASE WHEN t.sortkey1 IS NULL THEN NULL WHEN v.at IS NULL THEN 100 ELSE 0 END::numeric(5,2) AS unsorted,
       CASE WHEN t.reltuples < 0 THEN 100
            ELSE least(100, abs(t.rows - t.reltuples) * 100 / greatest(t.rows, 1)) END::numeric(5,2) AS stats_off,
       t.rows::numeric(38,0) AS tbl_rows, NULL::numeric(19,2) AS skew_sortkey1, NULL::numeric(19,2) AS skew_rows,
       t.rows::numeric(38,0) AS estimated_visible_rows, ''::text AS risk_event, NULL::numeric(12,2) AS vacuum_sort_benefit,
       NULL::timestamp AS create_time
FROM (
    SELECT c.oid::integer AS table_id, n.nspname::text AS schema, c.relname::text AS "table", c.reltuples,
           pg_internal.row_count(c.oid) AS rows, greatest(1, pg_relation_size(c.oid) / 1048576) AS size,
           upper(coalesce(pg_internal.note(obj_description(c.oid, 'pg_class')) ->> 'diststyle', 'AUTO(ALL)'))
               || coalesce('(' || (SELECT attname FROM pg_internal.columns x WHERE x.relid = c.oid AND x.note ? 'distkey') || ')', '')
               AS diststyle,
           (SELECT CASE WHEN (x.note ->> 'sortkey')::integer < 0 THEN 'INTERLEAVED' ELSE x.attname END
            FROM pg_internal.columns x WHERE x.relid = c.oid AND abs((x.note ->> 'sortkey')::integer) = 1) AS sortkey1,
           (SELECT count(*)::integer FROM pg_internal.columns x WHERE x.relid = c.oid AND x.note ? 'sortkey') AS sortkey_num
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND c.relpersistence = 'p'
      AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_internal', 'pg_toast')
) t LEFT JOIN pg_internal.vacuumed v ON v.tbl = t.table_id::oid
WHERE t.rows > 0;

CREATE VIEW pg_catalog.svv_external_schemas AS
SELECT NULL::oid AS esoid, 0::smallint AS eskind, NULL::name AS schemaname, NULL::integer AS esowner, NULL::text AS databasename,
       NULL::text AS esoptions WHERE false;
CREATE VIEW pg_catalog.svv_external_tables AS
SELECT NULL::text AS redshift_database_name, NULL::text AS schemaname, NULL::text AS tablename, NULL::text AS location,
       NULL::text AS tabletype WHERE false;
CREATE VIEW pg_catalog.svv_external_columns AS
SELECT NULL::text AS redshift_database_name, NULL::text AS schemaname, NULL::text AS tablename, NULL::text AS columnname,
       NULL::text AS external_type, NULL::integer AS columnnum, NULL::integer AS part_key, NULL::varchar(3) AS is_nullable WHERE false;
-- "SVV_TRANSACTIONS": a user sees their own, a superuser all
CREATE VIEW pg_catalog.svv_transactions AS
SELECT a.usename::text AS txn_owner, a.datname::text AS txn_db, coalesce(a.backend_xid::text::bigint, 0) AS xid, l.pid,
       a.xact_start::timestamp AS txn_start, l.mode AS lock_mode, l.locktype AS lockable_object_type,
       l.relation::int AS relation, l.granted
  FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
 WHERE a.usename = session_user OR (SELECT usesuper FROM pg_user WHERE usename = current_user);
CREATE VIEW pg_catalog.stv_sessions AS
SELECT backend_start::timestamp AS starttime, pid AS process, usename::char(50) AS user_name, datname::char(50) AS db_name,
       0 AS timeout_sec
FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend';
CREATE VIEW pg_catalog.stv_slices AS
SELECT 0 AS node, slice, slice AS localslice, 'S' AS type FROM generate_series(0, coalesce(nullif(current_setting('redshift.slices', true), ''), '2')::integer - 1) AS slice;
CREATE VIEW pg_catalog.stl_load_commits AS
SELECT userid, query::integer AS query, 0 AS slice, name::char(256) AS name, filename, 0 AS byte_offset,
       lines AS lines_scanned, 0 AS errors, endtime AS curtime, 1 AS status, ''::char(4) AS file_format
FROM pg_internal.load_commit;
CREATE VIEW pg_catalog.sys_load_history AS
SELECT userid AS user_id, query AS query_id, 'completed'::varchar(64) AS status, current_database()::varchar(64) AS database_name,
       name AS table_name, source AS data_source, 'CSV'::varchar(64) AS file_format, sum(lines)::bigint AS loaded_rows,
       count(*)::integer AS source_file_count, min(starttime) AS start_time, max(endtime) AS end_time
FROM pg_internal.load_commit GROUP BY userid, query, name, source;

-- "SVV_RELATION_PRIVILEGES", "SVV_COLUMN_PRIVILEGES": superusers see all rows, others those of identities they have access to
CREATE VIEW pg_internal.privilege AS
SELECT n.nspname, c.relname, p.attname, a.privilege_type, a.grantee,
       CASE WHEN a.grantee = 0 THEN 'public' ELSE r.rolname::text END AS identity_name,
       CASE WHEN a.grantee = 0 THEN 'public' WHEN shobj_description(r.oid, 'pg_authid') = 'role' THEN 'role'
            WHEN r.rolcanlogin THEN 'user' ELSE 'group' END AS identity_type, a.is_grantable
FROM (SELECT oid AS relid, NULL::name AS attname, relacl AS acl FROM pg_class
      UNION ALL SELECT attrelid, attname, attacl FROM pg_attribute WHERE attnum > 0 AND NOT attisdropped) p
JOIN pg_class c ON c.oid = p.relid JOIN pg_namespace n ON n.oid = c.relnamespace CROSS JOIN LATERAL aclexplode(p.acl) a
LEFT JOIN pg_roles r ON r.oid = a.grantee
WHERE c.relkind IN ('r', 'v') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_internal', 'pg_toast')
  AND a.privilege_type IN ('INSERT', 'SELECT', 'UPDATE', 'DELETE', 'REFERENCES')
  AND (a.grantee = 0 OR pg_has_role(a.grantee, 'USAGE'));
CREATE VIEW pg_catalog.svv_relation_privileges AS
SELECT nspname::text AS namespace_name, relname::text AS relation_name, privilege_type::text AS privilege_type,
       grantee::integer AS identity_id, identity_name::text AS identity_name, identity_type::text AS identity_type,
       is_grantable AS admin_option
FROM pg_internal.privilege WHERE attname IS NULL;
CREATE VIEW pg_catalog.svv_column_privileges AS
SELECT nspname::text AS namespace_name, relname::text AS relation_name, attname::text AS column_name,
       privilege_type::text AS privilege_type, grantee::integer AS identity_id, identity_name::text AS identity_name,
       identity_type::text AS identity_type
FROM pg_internal.privilege WHERE attname IS NOT NULL;
-- "SVV_RLS_ATTACHED_POLICY", "SVV_RLS_RELATION", "SVV_ATTACHED_MASKING_POLICY": no rows for ordinary users
CREATE VIEW pg_internal.visible_attachment AS
SELECT * FROM pg_internal.attachment WHERE (SELECT usesuper FROM pg_user WHERE usename = current_user);
CREATE VIEW pg_catalog.svv_rls_attached_policy AS
SELECT schema_name AS relschema, table_name AS relname, 'table'::text AS relkind, name AS polname, NULL::text AS grantor,
       'public'::text AS grantee, 'public'::text AS granteekind, true AS is_pol_on, true AS is_rls_on, 'and'::text AS rls_conjunction_type
FROM pg_internal.visible_attachment WHERE kind = 'rls';
CREATE VIEW pg_catalog.svv_rls_relation AS
SELECT DISTINCT current_database()::text AS datname, schema_name AS relschema, table_name AS relname, 'table'::text AS relkind,
       true AS is_rls_on, false AS is_rls_datashare_on, 'and'::text AS rls_conjunction_type, NULL::text AS rls_datashare_conjunction_type
FROM pg_internal.visible_attachment WHERE kind = 'rls';
CREATE VIEW pg_catalog.svv_attached_masking_policy AS
SELECT name AS policy_name, schema_name, table_name, 'table'::text AS table_type, NULL::text AS grantor, 'public'::text AS grantee,
       'public'::text AS grantee_type, 0 AS priority, '[]'::text AS input_columns, '[]'::text AS output_columns
FROM pg_internal.visible_attachment WHERE kind = 'masking';
CREATE VIEW pg_catalog.svv_datashare_objects AS
SELECT 'OUTBOUND'::varchar(8) AS share_type, name::varchar(128) AS share_name, 'table'::varchar(64) AS object_type,
       (schema_name || '.' || table_name)::varchar(512) AS object_name, NULL::varchar(16) AS producer_account,
       NULL::varchar(64) AS producer_namespace, NULL::boolean AS include_new
FROM pg_internal.visible_attachment WHERE kind = 'datashare';

GRANT SELECT ON ALL TABLES IN SCHEMA pg_internal TO PUBLIC;
REVOKE SELECT ON pg_internal.attachment FROM PUBLIC;
DO $$
DECLARE
    view text;
BEGIN
    FOR view IN SELECT viewname FROM pg_views WHERE schemaname = 'pg_catalog' AND viewname ~ '^(svv|stl|stv|sys)_|^pg_table_def$' LOOP
        EXECUTE 'GRANT SELECT ON pg_catalog.' || view || ' TO PUBLIC';
    END LOOP;
END
$$;
