import { Failure } from '@recovery-playbook/failure'

/** What a person has decided already. */
export interface Answers {
  /** Which version of the actions the workflows name: a tag, or a commit. */
  readonly ref?: string
  /** `owner/name` of the private repository that keeps recovery points. */
  readonly backupRepository?: string
  /** `owner/name` of a repository in another account, or a directory's path. */
  readonly mirror?: string
}

export const isRepository = (text: string): boolean => /^[\w.-]+\/[\w.-]+$/.test(text)

/** @throws Failure INPUT_INVALID naming the answer that cannot be used */
export function assertUsable({ ref, backupRepository, mirror }: Answers): void {
  if (ref !== undefined && !/^[\w./-]+$/.test(ref)) {
    throw refused('ref', ref, 'a tag or commit', 'Write it like v0.')
  }
  if (backupRepository !== undefined && !isRepository(backupRepository)) {
    throw refused('backup-repository', backupRepository, 'a repository', 'Write owner/name.')
  }
  if (mirror !== undefined && !isRepository(mirror) && !/^[/.]/.test(mirror)) {
    const hint = 'Write owner/name, or a path that begins with / or .'
    throw refused('mirror', mirror, 'a repository or directory', hint)
  }
}

const refused = (name: string, text: string, what: string, hint: string) =>
  new Failure('INPUT_INVALID', `'${text}' in '${name}' is not ${what}.`, { hint })
