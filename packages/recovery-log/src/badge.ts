import type { LogChange } from './log-branch.ts'

/**
 * The badge of a database.
 *
 * @param next its text, from the one that stands there
 */
export const badged =
  (database: string, next: (before: string | undefined) => string): LogChange =>
  async (read) => {
    const path = pathOf(database)
    return { [path]: next(await read(path)) }
  }

/** A database's name may hold what is no file's name. */
const pathOf = (database: string) =>
  database === 'default' ? 'badge.json' : `badge-${encodeURIComponent(database)}.json`
