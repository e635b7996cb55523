import type { Manifest } from '@recovery-playbook/archive'
import { restoreDocumentName } from './restore-document.ts'
import { code, escape, shellWord, table } from './markdown.ts'

/** What a person sees on the release's page. No name or count of a table: the page may be public. */
export function releaseNotes(manifest: Omit<Manifest, 'format'>, storedIn: string): string {
  const { tag, repository, postgres } = manifest
  return [
    `A recovery point of the database '${escape(manifest.database)}' of ${escape(repository)}.\n\n`,
    table(
      ['', ''],
      [
        ['snapshot', manifest.snapshotAt],
        ['commit', `\`${manifest.commit}\``],
        ['PostgreSQL', String(postgres.major)],
        [
          'recovery point before',
          manifest.previous === null ? 'none' : code(manifest.previous.tag),
        ],
      ],
    ),
    `\nTo restore it, follow \`${restoreDocumentName}\`, which needs nothing but standard programs:\n\n`,
    `\`\`\`bash\ngh release download ${shellWord(tag)} --repo ${shellWord(storedIn)} --pattern ${restoreDocumentName} --output -\n\`\`\`\n`,
  ].join('')
}
