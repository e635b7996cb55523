import type { Session } from '../session.ts'
import type { LargeObjectsFingerprint } from './fingerprint.ts'

/** Bytes read at once: lo_get refuses more than 1 GB, and a large object may have 4 TB. */
const piece = 16 * 1024 * 1024

/** Number, owner and content of every large object. */
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
    ), lines AS (
      SELECT concat_ws(' ', p.oid, p.number, encode(p.hash, 'hex'),
        (SELECT rolname FROM pg_roles AS r WHERE r.oid = m.lomowner)) AS line
      FROM pieces AS p JOIN pg_largeobject_metadata AS m ON m.oid = p.oid
    )
    SELECT (SELECT count(*) FROM pg_largeobject_metadata)::text AS count,
      coalesce(sum(hashtextextended(line COLLATE "C", 0)), 0)::text AS hash
    FROM lines`)
  return row ?? { count: '0', hash: '0' }
}
