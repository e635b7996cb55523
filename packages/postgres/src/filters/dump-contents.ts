/** The objects of an archive, by their numbers. */
export interface DumpContents {
  /** Objects whose definition is in it, by catalogue and number. */
  readonly objects: readonly { readonly catalogue: number; readonly oid: number }[]
  /** Numbers of tables and materialized views whose rows are in it. */
  readonly rows: ReadonlySet<number>
  /** How many sequences' values are in it, by `sequenceLabel`: these entries have no number. */
  readonly sequences: ReadonlyMap<string, number>
}

/** Reads what `pg_restore --list` prints: `dump id; catalogue oid, oid, type, schema, name, owner`. */
export function readDumpContents(list: string): DumpContents {
  const objects = []
  const rows = new Set<number>()
  const sequences = new Map<string, number>()
  for (const line of list.split('\n')) {
    const [, catalogue, oid, entry = ''] = /^\d+; (\d+) (\d+) (.+)$/.exec(line) ?? []
    if (catalogue === undefined) continue
    if (catalogue !== '0') objects.push({ catalogue: Number(catalogue), oid: Number(oid) })
    else if (/^(TABLE DATA|MATERIALIZED VIEW DATA) /.test(entry)) rows.add(Number(oid))
    else if (entry.startsWith(sequenceSet)) {
      const label = entry.slice(sequenceSet.length)
      sequences.set(label, (sequences.get(label) ?? 0) + 1)
    }
  }
  return { objects, rows, sequences }
}

const sequenceSet = 'SEQUENCE SET '

/** As pg_restore writes it, see sanitize_line in pg_backup_archiver.c. */
export const sequenceLabel = (sequence: { schema: string; name: string; owner: string }): string =>
  [sequence.schema, sequence.name, sequence.owner].join(' ').replace(/[\n\r]/g, ' ')
