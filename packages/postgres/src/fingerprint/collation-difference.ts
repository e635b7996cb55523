import type { Difference } from './difference.ts'
import type { CollationVersions, Unseen } from './fingerprint.ts'
import { keyed, pairs } from './pairs.ts'

/**
 * A library that sorts text otherwise than it did leaves indexes behind that no longer find what is in
 * them. A restore from a dump builds its own anew: this is never a failed backup.
 */
export function compareCollations(
  { collations: expected = [] }: Unseen,
  { collations: found = [] }: Unseen,
): Difference[] {
  return [
    ...expected.flatMap(outdated),
    ...pairs(keyed(expected, nameOf), keyed(found, nameOf)).flatMap(([, a, b]) => moved(a, b)),
  ]
}

const nameOf = ({ name }: CollationVersions) => name

/** The source itself was moved to another library, and its indexes were not. */
function outdated({ name, recorded, actual }: CollationVersions): Difference[] {
  if (actual === null || actual === recorded) return []
  const remedy = name === 'default' ? 'DATABASE … REFRESH COLLATION' : 'COLLATION … REFRESH'
  return [
    warning(
      name,
      `version ${recorded} at the source, by which its indexes over text were built`,
      `version ${actual} of the source's library: rebuild them there (REINDEX), then ALTER ${remedy} VERSION`,
    ),
  ]
}

function moved(a?: CollationVersions, b?: CollationVersions): Difference[] {
  if (a?.actual == null || b?.actual == null || a.actual === b.actual) return []
  return [
    warning(
      a.name,
      `version ${a.actual} of the source's library`,
      `version ${b.actual} of this machine's: text may sort otherwise. A restore of this dump builds the indexes over text anew; indexes copied as files must be rebuilt (REINDEX)`,
    ),
  ]
}

const warning = (name: string, expected: string, found: string): Difference => ({
  object: `collation ${name}`,
  aspect: 'collation version',
  expected,
  found,
  severity: 'warning',
})
