import { code, shellWord, table } from './markdown.ts'

interface Tagged {
  readonly name: string
  readonly commit: string
  readonly created: boolean
}

/** Brings the working tree back to the tagged state, on a branch of its own. */
export const restoreCommand = (tag: string): string =>
  `git fetch origin tag ${shellWord(tag)} && git switch --create ${shellWord(`restore-${tag}`)} ${shellWord(tag)}`

/** The job summary of `create-backup-tag`. */
export const tagSummary = ({ name, commit, created }: Tagged): string =>
  [
    `## Backup tag ${code(name)} ${created ? 'created' : 'was there already'}\n\n`,
    table(['', ''], [['commit', `\`${commit}\``]]),
    `\nTo go back to it:\n\n\`\`\`bash\n${restoreCommand(name)}\n\`\`\`\n`,
  ].join('')
