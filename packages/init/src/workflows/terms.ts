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

export const secret = (name: string): string => `\${{ secrets.${name} }}`

/** The first database: others need jobs of their own. */
export const databaseUrl = ({ databases }: Playbook): string =>
  Object.values(databases)[0]?.url ?? 'DATABASE_PUBLIC_URL'

/** What reads the other repository without writing to it. */
export const readToken = 'BACKUP_READ_TOKEN'

/** Of the repository that keeps recovery points, where that is another one. */
export const storeToken = ({ store }: Playbook): string | undefined =>
  store.repository === undefined ? undefined : (store.token ?? 'BACKUP_TOKEN')

export const mirrorToken = ({ mirrors }: Playbook): string =>
  mirrors.find(({ token }) => token !== undefined)?.token ?? 'MIRROR_TOKEN'
