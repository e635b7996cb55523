import type { Playbook } from '@recovery-playbook/playbook'

/** What the workflows are made for. */
export interface Terms {
  /** The one that stands in the repository, or else the proposed one. */
  readonly playbook: Playbook
  readonly defaultBranch: string
  /** Which version of the actions. */
  readonly ref: string
  /** What `python3` has to be in a drill; undefined for that of the runner. */
  readonly python: string | undefined
  /** Whether a variable is kept as a secret; the others are variables of the repository. */
  readonly isSecret: (variable: string) => boolean
}

export interface Database {
  readonly database: string | undefined
  /** The secret with its connection URL. */
  readonly url: string
  readonly idOf: (job: string) => string
}

export const secret = (name: string): string => `\${{ secrets.${name} }}`

/** The databases, with ids for their jobs; of a single one, neither a job nor an input says its name. */
export function databasesOf({ databases }: Playbook): Database[] {
  const all = Object.entries(databases)
  if (all.length < 2) {
    const url = all[0]?.[1].url ?? 'DATABASE_PUBLIC_URL'
    return [{ database: undefined, url, idOf: (job: string) => job }]
  }
  // A database's name may be no job's.
  return all.map(([database, { url }], index) => ({
    ...{ database, url },
    idOf: (job: string) => `${job}-${index + 1}`,
  }))
}

/** What reads the other repository without writing to it. */
export const readToken = 'BACKUP_READ_TOKEN'

/** Of the repository that keeps recovery points, where that is another one. */
export const storeToken = ({ store }: Playbook): string | undefined =>
  store.repository === undefined ? undefined : (store.token ?? 'BACKUP_TOKEN')

export const mirrorToken = ({ mirrors }: Playbook): string =>
  mirrors.find(({ token }) => token !== undefined)?.token ?? 'MIRROR_TOKEN'

/** What a drill opens recovery points with, and signs its record with. */
export function opening({ playbook }: Terms): Record<string, string> {
  const { passphrase, 'private-key': key, 'signing-key': signing } = playbook.encryption
  return {
    BACKUP_PASSPHRASE: secret(passphrase),
    ...(key === undefined ? {} : { BACKUP_PRIVATE_KEY: secret(key) }),
    ...(signing === undefined ? {} : { BACKUP_SIGNING_KEY: secret(signing) }),
  }
}

/** For those that read recovery points where they are kept. */
export const storeReading = (playbook: Playbook): Record<string, string> =>
  storeToken(playbook) === undefined ? {} : { STORE_TOKEN: secret(readToken) }

/** For those that write there, too. */
export function storeWriting(playbook: Playbook): Record<string, string> {
  const token = storeToken(playbook)
  return token === undefined ? {} : { STORE_TOKEN: secret(token) }
}
