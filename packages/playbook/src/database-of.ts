import { Failure } from '@recovery-playbook/failure'
import { databaseSchema, type Playbook, type PlaybookDatabase } from './playbook.ts'

/** Of a playbook that lists no database. */
const usualName = 'default'

/**
 * The database that a run is about, and what the playbook says of it.
 *
 * @param given the input `name`; empty for the only one
 * @throws Failure INPUT_INVALID when the playbook lists databases and this is none of them
 */
export function databaseOf(
  { databases }: Playbook,
  given: string,
): { readonly name: string; readonly database: PlaybookDatabase } {
  const names = Object.keys(databases)
  const [only] = names
  const name = given || (names.length === 1 && only !== undefined ? only : usualName)
  const database = databases[name]
  if (database !== undefined) return { name, database }
  if (names.length === 0) return { name, database: databaseSchema.parse({}) }
  throw new Failure(
    'INPUT_INVALID',
    given === ''
      ? `The playbook has several databases, and 'name' says none: ${names.join(', ')}.`
      : `'${given}' in 'name' is no database of the playbook, which has ${names.join(', ')}.`,
    { hint: 'Give one of these names, or add the database to the playbook.' },
  )
}
