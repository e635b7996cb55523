import { Failure } from '@recovery-playbook/failure'
import { type Omission, oids } from '../relations.ts'
import type { Session } from '../session.ts'
import type { DumpContents } from './dump-contents.ts'

interface Need {
  /** 'constraint bill_customer_fkey on table bill' */
  readonly needing: string
  readonly needed: string
}

/** A message names so many, and counts the others. */
const named = 10

/**
 * Nothing that is left in needs anything that is left out: a restore would end with an error, on the day
 * when nobody can mend it any more.
 *
 * @param schemas numbers of the schemas that are left out
 * @throws Failure INPUT_INVALID
 */
export async function assertRestorable(
  session: Session,
  contents: DumpContents,
  omission: Omission,
  schemas: readonly number[],
): Promise<void> {
  const needs = [
    ...(await session.query<Need>(missingObjects(contents, omission, schemas))),
    ...(await session.query<Need>(missingRows(omission))),
  ]
  if (needs.length === 0) return
  const list = needs.slice(0, named).map(({ needing, needed }) => `${needing} needs ${needed}`)
  if (needs.length > named) list.push(`and ${needs.length - named} more`)
  throw new Failure(
    'INPUT_INVALID',
    `The filters leave out what could not be missing in a restore: ${list.join('; ')}.`,
    {
      hint: 'Change `schemas`, `exclude-tables` or `exclude-table-data`: keep what is needed, or leave out what needs it as well.',
    },
  )
}

/** By the dependencies that PostgreSQL itself keeps. */
const missingObjects = (
  { objects }: DumpContents,
  { relations }: Omission,
  schemas: readonly number[],
) => `
  WITH carried AS (
    SELECT * FROM unnest(${oids(objects.map(({ catalogue }) => catalogue))},
      ${oids(objects.map(({ oid }) => oid))}) AS object (classid, objid)
  ), missing AS (
    SELECT 'pg_class'::regclass::oid AS classid, oid AS objid
      FROM unnest(${oids(relations)}) AS relation (oid)
    -- Every new database has a schema public.
    UNION SELECT 'pg_namespace'::regclass, oid FROM pg_namespace
      WHERE oid = ANY (${oids(schemas)}) AND nspname <> 'public'
    UNION SELECT 'pg_proc'::regclass, oid FROM pg_proc WHERE pronamespace = ANY (${oids(schemas)})
    UNION SELECT 'pg_type'::regclass, oid FROM pg_type
      WHERE typnamespace = ANY (${oids(schemas)}) OR typrelid = ANY (${oids(relations)})
    UNION SELECT 'pg_collation'::regclass, oid FROM pg_collation
      WHERE collnamespace = ANY (${oids(schemas)})
    UNION SELECT 'pg_operator'::regclass, oid FROM pg_operator
      WHERE oprnamespace = ANY (${oids(schemas)})
    UNION SELECT 'pg_ts_config'::regclass, oid FROM pg_ts_config
      WHERE cfgnamespace = ANY (${oids(schemas)})
  ), needs AS (
    SELECT d.classid, d.objid, d.objsubid, d.refclassid, d.refobjid,
      -- What has no entry of its own comes with the object that it is a part of.
      coalesce(
        (SELECT ARRAY['pg_class'::regclass::oid, adrelid] FROM pg_attrdef
          WHERE d.classid = 'pg_attrdef'::regclass AND oid = d.objid),
        (SELECT ARRAY['pg_class'::regclass::oid, ev_class] FROM pg_rewrite
          WHERE d.classid = 'pg_rewrite'::regclass AND oid = d.objid),
        (SELECT CASE conrelid WHEN 0 THEN ARRAY['pg_type'::regclass::oid, contypid]
          ELSE ARRAY['pg_class'::regclass::oid, conrelid] END FROM pg_constraint
          WHERE d.classid = 'pg_constraint'::regclass AND oid = d.objid),
        (SELECT ARRAY['pg_type'::regclass::oid, reltype] FROM pg_class
          WHERE d.classid = 'pg_class'::regclass AND oid = d.objid AND relkind = 'c'),
        ARRAY[d.classid, d.objid]
      ) AS home
    FROM pg_depend AS d JOIN missing AS m ON m.classid = d.refclassid AND m.objid = d.refobjid
    -- A sequence comes without its owner: pg_dump then says nothing of it.
    WHERE NOT (d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
        AND EXISTS (SELECT FROM pg_class AS c WHERE c.oid = d.objid AND relkind = 'S'))
      AND NOT EXISTS (SELECT FROM pg_depend AS member WHERE member.deptype = 'e'
        AND member.classid = d.refclassid AND member.objid = d.refobjid)
  )
  SELECT DISTINCT pg_describe_object(n.classid, n.objid, 0) AS needing,
    pg_describe_object(n.refclassid, n.refobjid, 0) AS needed
  FROM needs AS n JOIN carried AS c ON c.classid = home[1] AND c.objid = home[2] ORDER BY 1, 2`

/** A foreign key is checked when it is restored, unless it was NOT VALID. */
const missingRows = ({ relations, rows }: Omission) => `
  SELECT pg_describe_object('pg_constraint'::regclass, k.oid, 0) AS needing,
    format('the rows of %s', confrelid::regclass) AS needed
  FROM pg_constraint AS k JOIN pg_class AS c ON c.oid = conrelid AND c.relkind = 'r'
  WHERE contype = 'f' AND convalidated AND confrelid = ANY (${oids(rows)})
    AND conrelid <> ALL (${oids([...rows, ...relations])})
  ORDER BY 1`
