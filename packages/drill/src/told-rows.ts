import type { Difference, DifferingRows, Fingerprint, ToldTable } from '@recovery-playbook/postgres'

/** Tables that are restored once more: each costs its own data again. */
const most = 20

/** Tables whose rows came back otherwise, and which a second restore can say more about. */
export function tablesToTell(differences: readonly Difference[], { tables }: Fingerprint) {
  const objects = new Set(
    differences
      .filter(({ severity, aspect }) => severity === 'failure' && /^(rows|content)$/.test(aspect))
      .map(({ object }) => object),
  )
  return tables.filter((table) => objects.has(objectOf(table))).slice(0, most)
}

/** For the report, by the object of the difference that it explains. */
export const toldInWords = (told: readonly ToldTable[]): ReadonlyMap<string, string> =>
  new Map(told.map(({ table, rows }) => [objectOf(table), rowsInWords(rows)]))

function rowsInWords(rows: DifferingRows | string): string {
  if (typeof rows === 'string') return `its rows cannot be told: ${rows.split('\n', 1).join('')}`
  const { missing, added, changed, columns, key, keys } = rows
  if ([missing, added, changed].every((count) => count === '0')) {
    return 'its rows cannot be told: a second restore of the archive gives the same, so the archive itself differs'
  }
  const named = columns.map(({ name, rows: count }) => `${name} in ${count}`).join(', ')
  const by = key.length === 0 ? 'all columns: it has no key' : key.join(', ')
  return [
    [
      `against a second restore of the archive: rows missing ${missing}, added ${added}, changed ${changed}`,
      ...(named === '' ? [] : [`(${named})`]),
      `by ${by}`,
    ].join(' '),
    ...keys.map((one) => `    ${one.what} ${one.key.replaceAll(/\s/g, ' ')}`),
  ].join('\n')
}

const objectOf = ({ kind, schema, name }: ToldTable['table']) => `${kind} ${schema}.${name}`
