import type { Difference } from './difference.ts'
import type { TableFingerprint } from './fingerprint.ts'
import { keyed, pairs } from './pairs.ts'

export function compareTables(
  expected: readonly TableFingerprint[],
  found: readonly TableFingerprint[],
): Difference[] {
  return pairs(keyed(expected, keyOf), keyed(found, keyOf)).flatMap(([, a, b]) => compare(a, b))
}

function compare(
  expected: TableFingerprint | undefined,
  found: TableFingerprint | undefined,
): Difference[] {
  const { kind, schema, name } = expected ?? found ?? { kind: 'table', schema: '', name: '' }
  const object = `${kind} ${schema}.${name}`
  const differ = (aspect: Difference['aspect'], a: string, b: string): Difference[] => [
    // Its query may look at the clock, or at tables that were restored after it.
    { object, aspect, expected: a, found: b, severity: severityOf(kind, aspect) },
  ]
  if (found === undefined) return differ('missing', `${expected?.rows ?? ''} rows`, `no ${kind}`)
  if (expected === undefined) return differ('unexpected', `no ${kind}`, `${found.rows} rows`)
  if (String(expected.columns) !== String(found.columns)) {
    return differ('columns', expected.columns.join(', '), found.columns.join(', '))
  }
  if (expected.rows !== found.rows) return differ('rows', expected.rows, found.rows)
  if (String(expected.hash) !== String(found.hash)) {
    return differ('content', `hash ${expected.hash[0]}`, `hash ${found.hash[0]}`)
  }
  return []
}

const severityOf = (kind: TableFingerprint['kind'], aspect: Difference['aspect']) =>
  kind === 'materialized view' && (aspect === 'rows' || aspect === 'content')
    ? 'warning'
    : 'failure'

const keyOf = ({ schema, name }: TableFingerprint) => `${schema}.${name}`
