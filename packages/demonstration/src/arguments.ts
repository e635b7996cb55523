import { parseArgs } from 'node:util'

/** What may be damaged on the way, and what a visitor should then see. */
export const damages = {
  row: 'one row of the backup is changed after the fact, and everything is sealed and signed off anew',
  part: 'one byte of a stored part is flipped',
  passphrase: 'the drill gets another passphrase than the export',
  dump: 'PostgreSQL loses the connection in the middle of the dump',
} as const

export type Damage = keyof typeof damages

export interface Arguments {
  readonly damage: Damage | undefined
  /** Rows of the sample data, all tables together. */
  readonly rows: number
}

const usage = `npm start -- [--break ${Object.keys(damages).join('|')}] [--rows 200000]`

/** @throws Error that names the argument and shows the usage */
export function readArguments(words: readonly string[]): Arguments {
  const { values } = parseArgs({
    args: [...words],
    options: { break: { type: 'string' }, rows: { type: 'string', default: '200000' } },
  })
  if (values.break !== undefined && !(values.break in damages)) {
    throw new Error(`--break ${values.break}: there is no such damage. Usage: ${usage}`)
  }
  const rows = Number(values.rows)
  if (!Number.isInteger(rows) || rows < 1) {
    throw new Error(`--rows ${values.rows}: not a number of rows. Usage: ${usage}`)
  }
  return { damage: values.break as Damage | undefined, rows }
}
