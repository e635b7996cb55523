import type { Manifest } from '@recovery-playbook/archive'
import { restoreDocumentName } from './restore-document.ts'
import { code, escape, shellWord, table } from './markdown.ts'

const partialNote =
  '**Partial:** filters left something out of it. The sealed `fingerprint.json` names what, under `leftOut`.'

/** What a person sees on the release's page. No name or count of a table: the page may be public. */
export function releaseNotes(manifest: Omit<Manifest, 'format'>, storedIn: string): string {
  const { tag, repository, postgres } = manifest
  return [
    `A recovery point of the database '${escape(manifest.database)}' of ${escape(repository)}.\n\n`,
    manifest.partial === true ? `${partialNote}\n\n` : '',
    table(
      ['', ''],
      [
        ['snapshot', manifest.snapshotAt],
        ['commit', `\`${manifest.commit}\``],
        ['PostgreSQL', String(postgres.major)],
        ['opens with', openedWith(manifest.sealedFor)],
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

/** Whoever looks for what opens it finds the key's id in `gpg --list-keys --with-subkey-fingerprint`. */
export function openedWith({ passphrase, keyIds }: Manifest['sealedFor']): string {
  const keys = keyIds.map((keyId) => `the OpenPGP key \`${keyId}\``)
  return [...(passphrase ? ['the passphrase'] : []), ...keys].join(' or ')
}

const begin = '<!-- recovery-playbook: the latest drill -->'
const end = '<!-- recovery-playbook: end of the latest drill -->'

interface Proof {
  readonly verdict: string
  /** ISO 8601. */
  readonly recordedAt: string
  readonly scenario: string
  /** From the start of the drill to its end. */
  readonly seconds: number
}

/** The notes with the latest drill in them, for people: anybody with write access can edit notes. */
export function notesWithProof(notes: string, proof: Proof, runUrl: string): string {
  const { verdict, recordedAt, scenario, seconds } = proof
  const told = `${begin}\n**${verdict}** at ${recordedAt} as \`${scenario}\`, in ${seconds.toFixed(1)} s, by [this run](${runUrl}).\n${end}`
  const [before, rest] = notes.split(begin, 2)
  if (rest === undefined) return `${notes.trimEnd()}\n\n${told}\n`
  return `${before ?? ''}${told}${rest.split(end, 2)[1] ?? '\n'}`
}
