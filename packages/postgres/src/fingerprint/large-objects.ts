import type { Session } from '../session.ts'
import type { LargeObjectsFingerprint } from './fingerprint.ts'

/** Bytes read at once: lo_get refuses more than 1 GB, and a large object may have 4 TB. */
const piece = 16 * 1024 * 1024

const sum = 'coalesce(sum(hashtextextended(line COLLATE "C", 0)), 0)::text'

/** Number, owner and content of every large object, and what is said about it and who may use it. */
export async function hashLargeObjects(session: Session): Promise<LargeObjectsFingerprint> {
  const [row] = await session.query<LargeObjectsFingerprint>(`
    WITH RECURSIVE pieces (oid, number, bytes, hash) AS (
      SELECT m.oid, 0::bigint, octet_length(read.content), sha256(read.content)
      FROM pg_largeobject_metadata AS m,
        LATERAL (SELECT lo_get(m.oid, 0, ${piece}) AS content OFFSET 0) AS read
      UNION ALL
      SELECT p.oid, p.number + 1, octet_length(read.content), sha256(read.content)
      FROM pieces AS p,
        LATERAL (SELECT lo_get(p.oid, (p.number + 1) * ${piece}, ${piece}) AS content OFFSET 0)
          AS read
      WHERE p.bytes = ${piece}
    ), labels AS (
      SELECT ROW(m.oid, description, ARRAY(
        SELECT concat_ws(' ', coalesce(rolname, 'PUBLIC'), privilege_type, is_grantable) COLLATE "C"
        FROM aclexplode(coalesce(lomacl, acldefault('L', lomowner)))
        LEFT JOIN pg_roles AS r ON r.oid = grantee ORDER BY 1))::text AS line
      FROM pg_largeobject_metadata AS m LEFT JOIN pg_description AS d
        ON d.objoid = m.oid AND d.classoid = 'pg_largeobject'::regclass AND d.objsubid = 0
    ), lines AS (
      SELECT concat_ws(' ', p.oid, p.number, encode(p.hash, 'hex'),
        (SELECT rolname FROM pg_roles AS r WHERE r.oid = m.lomowner)) AS line
      FROM pieces AS p JOIN pg_largeobject_metadata AS m ON m.oid = p.oid
    )
    SELECT (SELECT count(*) FROM pg_largeobject_metadata)::text AS count,
      (SELECT ${sum} FROM lines) AS hash, (SELECT ${sum} FROM labels) AS labels`)
  return row ?? { count: '0', hash: '0', labels: '0' }
}
