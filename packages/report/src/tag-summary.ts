import { code, escape, shellWord, table } from './markdown.ts'

interface Tagged {
  /** Undefined where nothing was to be tagged. */
  readonly tag:
    { readonly name: string; readonly commit: string; readonly created: boolean } | undefined
  /** Why, or why not. */
  readonly reason: string
  /** The commit to go back to, where the tag leads to another one. */
  readonly goBackTo?: string
}

/** Brings the working tree back to the protected state, on a branch of its own. */
export const restoreCommand = (tag: string, commit = tag): string =>
  `git fetch origin tag ${shellWord(tag)} && git switch --create ${shellWord(`restore-${tag}`)} ${shellWord(commit)}`

/** The job summary of `create-backup-tag`. */
export function tagSummary({ tag, reason, goBackTo }: Tagged): string {
  if (tag === undefined) return `## No backup tag\n\n${escape(reason)}\n`
  const { name, commit, created } = tag
  return [
    `## Backup tag ${code(name)} ${created ? 'created' : 'was there already'}\n\n`,
    `${escape(reason)}\n\n`,
    table(
      ['', ''],
      [
        ['commit', `\`${commit}\``],
        ...(goBackTo === undefined ? [] : [['state before the push', `\`${goBackTo}\``]]),
      ],
    ),
    `\nTo go back to it:\n\n\`\`\`bash\n${restoreCommand(name, goBackTo)}\n\`\`\`\n`,
  ].join('')
}
