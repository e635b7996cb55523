import type { Fingerprint, SequenceFingerprint, SequencePosition } from './fingerprint.ts'
import type { Difference } from './difference.ts'
import { compareCollations } from './collation-difference.ts'
import { compareSchemas } from './schema-difference.ts'
import { compareTables } from './table-difference.ts'
import { keyed, pairs } from './pairs.ts'

/**
 * What a restored database lacks, has too much, or has otherwise. Pure; empty when everything came
 * back. A 'failure' means that the backup is not what the source was; a 'warning' is what a restore
 * cannot promise (a materialized view's rows, a setting that only a superuser may give).
 */
export function compareFingerprints(expected: Fingerprint, found: Fingerprint): Difference[] {
  if (expected.algorithm !== found.algorithm) {
    return [failure('fingerprint', 'algorithm', expected.algorithm, found.algorithm)]
  }
  return [
    ...compareServers(expected, found),
    ...compareExtensions(expected, found),
    ...compareTables(expected.tables, found.tables),
    ...compareSequences(expected, found),
    ...compareLargeObjects(expected, found),
    ...compareSchemas(expected.schema, found.schema),
    ...compareUnseen(expected, found),
    ...compareCollations(expected.unseen, found.unseen),
  ]
}

function compareServers({ server: a }: Fingerprint, { server: b }: Fingerprint): Difference[] {
  const aspects = [
    ['encoding', a.encoding, b.encoding, 'failure'],
    ['locale', localeOf(a), localeOf(b), 'failure'],
    ['major', String(a.major), String(b.major), 'warning'],
  ] as const
  return aspects
    .filter(([, expected, found]) => expected !== found)
    .map(([aspect, expected, found, severity]) => ({
      object: 'database',
      aspect,
      expected,
      found,
      severity,
    }))
}

const localeOf = ({ collation, ctype, localeProvider, locale }: Fingerprint['server']) =>
  [localeProvider, collation, ctype, locale ?? ''].join(' ').trim()

function compareExtensions(expected: Fingerprint, found: Fingerprint): Difference[] {
  const keyOf = ({ name }: { name: string }) => name
  return pairs(keyed(expected.extensions, keyOf), keyed(found.extensions, keyOf)).flatMap(
    ([name, a, b]): Difference[] => {
      const object = `extension ${name}`
      if (b === undefined) return [failure(object, 'extension', a?.version ?? '', 'missing')]
      if (a === undefined) return [failure(object, 'extension', 'none', b.version)]
      return [
        ...(a.version === b.version
          ? []
          : [warning(object, 'extension', `version ${a.version}`, `version ${b.version}`)]),
        ...(a.schema === b.schema
          ? []
          : [failure(object, 'extension', `in schema ${a.schema}`, `in schema ${b.schema}`)]),
      ]
    },
  )
}

function compareSequences(expected: Fingerprint, found: Fingerprint): Difference[] {
  const keyOf = ({ schema, name }: SequenceFingerprint) => `${schema}.${name}`
  return pairs(keyed(expected.sequences, keyOf), keyed(found.sequences, keyOf)).flatMap(
    ([name, a, b]): Difference[] => {
      const object = `sequence ${name}`
      if (b === undefined) return [failure(object, 'missing', 'a sequence', 'none')]
      if (a === undefined) return [failure(object, 'unexpected', 'none', 'a sequence')]
      if (isWithin(a, b.before)) return []
      const range = [...new Set([a.before, a.after].map(inWords))].join(' to ')
      return [{ ...failure(object, 'sequence', range, inWords(b.before)), severity: trustOf(a) }]
    },
  )
}

/** Between the readings before and after the dump, in the direction of the increment. */
function isWithin({ before, after, increment }: SequenceFingerprint, found: SequencePosition) {
  const backwards = increment.startsWith('-')
  const [from, value, to] = [before, found, after].map((position) => placeOf(position, backwards))
  if (from === undefined || value === undefined || to === undefined) return false
  return from <= to ? from <= value && value <= to : to <= value && value <= from
}

const placeOf = ({ lastValue, isCalled }: SequencePosition, backwards: boolean): bigint =>
  BigInt(lastValue) * (backwards ? -2n : 2n) + (isCalled ? 1n : 0n)

/** One that went back during the dump (a cycle, a reset) may be anywhere. */
function trustOf({ before, after, increment }: SequenceFingerprint): Difference['severity'] {
  const backwards = increment.startsWith('-')
  return placeOf(before, backwards) <= placeOf(after, backwards) ? 'failure' : 'warning'
}

const inWords = ({ lastValue, isCalled }: SequencePosition) =>
  `${lastValue}${isCalled ? '' : ' (not yet called)'}`

function compareLargeObjects(
  { largeObjects: a }: Fingerprint,
  { largeObjects: b }: Fingerprint,
): Difference[] {
  if (a.count !== b.count) return [failure('large objects', 'large objects', a.count, b.count)]
  const differ = (what: string, one: string, other: string) =>
    one === other
      ? []
      : [failure('large objects', 'large objects', `${what} ${one}`, `${what} ${other}`)]
  return [
    ...differ('content', a.hash, b.hash),
    // An earlier version did not read them.
    ...differ('comments and privileges', a.labels ?? b.labels ?? '', b.labels ?? a.labels ?? ''),
  ]
}

function compareUnseen({ unseen: a }: Fingerprint, { unseen: b }: Fingerprint): Difference[] {
  const added = (before: readonly string[], after: readonly string[]) =>
    after.filter((name) => !before.includes(name))
  const settings = (unseen: Fingerprint['unseen']) =>
    unseen.settings.map(({ role, name, value }) => `${role && `${role}: `}${name} = ${value}`)
  return [
    ...added(a.invalidIndexes, b.invalidIndexes).map((name) =>
      failure(`index ${name}`, 'index', 'valid', 'invalid'),
    ),
    ...added(a.unvalidatedConstraints, b.unvalidatedConstraints).map((name) =>
      failure(`constraint ${name}`, 'constraint', 'validated', 'not validated'),
    ),
    ...added(a.unpopulatedViews, b.unpopulatedViews).map((name) =>
      failure(`materialized view ${name}`, 'materialized view', 'populated', 'not populated'),
    ),
    ...added(a.unenforcedConstraints ?? [], b.unenforcedConstraints ?? []).map((name) =>
      failure(`constraint ${name}`, 'constraint', 'enforced', 'not enforced: its triggers are off'),
    ),
    ...added(settings(b), settings(a)).map((one) => warning('database', 'setting', one, 'none')),
    ...added(settings(a), settings(b)).map((one) => warning('database', 'setting', 'none', one)),
  ]
}

const failure = (object: string, aspect: Difference['aspect'], expected: string, found: string) =>
  ({ object, aspect, expected, found, severity: 'failure' }) as const

const warning = (object: string, aspect: Difference['aspect'], expected: string, found: string) =>
  ({ object, aspect, expected, found, severity: 'warning' }) as const
