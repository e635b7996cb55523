/**
 * Every relation of the user's own, as a subquery: not the system's, not temporary, not an
 * extension's. An extension's configuration tables and sequences are there, their rows under the
 * condition that the extension gave (pg_extension_config_dump).
 *
 * Columns: oid, schema, name, kind (pg_class.relkind), persistence, member (of an extension),
 * condition ('' for none).
 */
export const userRelations = `(
  SELECT c.oid, n.nspname::text AS schema, c.relname::text AS name, c.relkind AS kind,
    c.relpersistence AS persistence, e.oid IS NOT NULL AS member,
    coalesce(e.extcondition[array_position(e.extconfig, c.oid)], '') AS condition
  FROM pg_class AS c
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
  LEFT JOIN pg_depend AS member ON member.classid = 'pg_class'::regclass AND member.objid = c.oid
    AND member.objsubid = 0 AND member.refclassid = 'pg_extension'::regclass
    AND member.deptype = 'e'
  LEFT JOIN pg_extension AS e ON e.oid = member.refobjid
  WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    AND c.relkind IN ('r', 'p', 'm', 'S', 'v', 'f') AND c.relpersistence <> 't'
    AND (e.oid IS NULL OR c.oid = ANY (e.extconfig))
)`

/** Numbers below are of what initdb made (FirstNormalObjectId in access/transam.h). */
export const firstNormalObjectId = 16384

/** What is not in a dump of filters; none of it for a dump of everything. */
export interface Omission {
  /** Numbers of relations that are not in it at all. */
  readonly relations: readonly number[]
  /** Numbers of relations whose definition is in it, and whose rows are not. */
  readonly rows: readonly number[]
}

/**
 * The relations that pg_dump carries and that hold something: tables, partitioned tables, materialized
 * views and sequences. As `userRelations`, with a column more: rowless, where the rows are left out.
 */
export const dumpedRelations = ({ relations, rows }: Omission = { relations: [], rows: [] }) => `(
  SELECT *, oid = ANY (${oids(rows)}) AS rowless
  FROM ${userRelations} AS relation
  WHERE kind IN ('r', 'p', 'm', 'S') AND oid <> ALL (${oids(relations)})
)`

/** An array for SQL. */
export const oids = (list: readonly number[]): string => `'{${list.join(',')}}'::oid[]`
