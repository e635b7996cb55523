import { expect, test } from '@jest/globals'
import { compareCollations } from '../src/fingerprint/collation-difference.ts'
import type { CollationVersions, Unseen } from '../src/fingerprint/fingerprint.ts'
import { startTestServer } from '../../../test/support/postgres.ts'
import { compareFingerprints, takeFingerprint } from '../src/index.ts'

const unseen = (...collations: CollationVersions[]): Unseen => ({
  ...{ invalidIndexes: [], unvalidatedConstraints: [], unpopulatedViews: [], settings: [] },
  collations,
})

const version = (actual: string | null, recorded = actual ?? '') => ({
  ...{ name: 'default', recorded, actual },
})

test('another version of the library that sorts text is a warning that says what to rebuild', () => {
  expect(compareCollations(unseen(version('2.36')), unseen(version('2.41')))).toEqual([
    {
      object: 'collation default',
      aspect: 'collation version',
      expected: "version 2.36 of the source's library",
      found: expect.stringMatching(/^version 2.41 .*must be rebuilt \(REINDEX\)$/),
      severity: 'warning',
    },
  ])
  expect(compareCollations(unseen(version('2.36')), unseen(version('2.36')))).toEqual([])
  expect(compareCollations(unseen(version('2.36')), unseen(version(null, '2.36')))).toEqual([])
})

test('a source whose indexes are older than its library is told so', () => {
  const outdated = unseen(version('2.36', '2.31'))
  expect(compareCollations(outdated, unseen(version('2.36')))).toEqual([
    expect.objectContaining({
      severity: 'warning',
      found: expect.stringMatching(/rebuild them there \(REINDEX\).*REFRESH COLLATION VERSION/),
    }),
  ])
})

test('a recovery point that an earlier version made is compared without what it does not have', async () => {
  await using server = await startTestServer()
  const database = await server.createDatabase({
    more: "TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en' LOCALE 'C'",
  })
  await database.administer("SELECT lo_from_bytea(1, 'x'); COMMENT ON LARGE OBJECT 1 IS 'x'")
  const found = await takeFingerprint({
    ...server,
    connection: database.superuser,
    sessions: 1,
  })
  expect(found.unseen.collations).toEqual([
    { name: 'default', recorded: expect.any(String), actual: expect.any(String) },
  ])
  const { collations: _, unenforcedConstraints: __, ...seen } = found.unseen
  const { labels: ___, ...largeObjects } = found.largeObjects
  const earlier = { ...found, unseen: seen, largeObjects }
  expect(compareFingerprints(earlier, found)).toEqual([])
  expect(compareFingerprints(found, earlier)).toEqual([])
})
