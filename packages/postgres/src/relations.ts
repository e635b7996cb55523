/**
 * The relations that pg_dump carries, as a subquery: not the system's, not temporary, not an
 * extension's own. An extension's configuration tables and sequences are carried, their rows under
 * the condition that the extension gave (pg_extension_config_dump).
 *
 * Columns: oid, schema, name, kind (pg_class.relkind), persistence, condition ('' for none).
 */
export const dumpedRelations = `(
  SELECT c.oid, n.nspname::text AS schema, c.relname::text AS name, c.relkind AS kind,
    c.relpersistence AS persistence,
    coalesce(e.extcondition[array_position(e.extconfig, c.oid)], '') AS condition
  FROM pg_class AS c
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
  LEFT JOIN pg_depend AS member ON member.classid = 'pg_class'::regclass AND member.objid = c.oid
    AND member.objsubid = 0 AND member.refclassid = 'pg_extension'::regclass
    AND member.deptype = 'e'
  LEFT JOIN pg_extension AS e ON e.oid = member.refobjid
  WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    AND c.relkind IN ('r', 'p', 'm', 'S') AND c.relpersistence <> 't'
    AND (e.oid IS NULL OR c.oid = ANY (e.extconfig))
)`
