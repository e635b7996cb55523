import { keyCheckName, type Manifest } from '@recovery-playbook/archive'
import { name, plain } from './alarm-texts.ts'
import { code, oneLine, shellWord } from './markdown.ts'
import { openedWith } from './release-notes.ts'

/** What asks a person for their own copy of the key, beside the words of packages/key-check. */
export interface KeyCheckContext {
  readonly database: string
  /** The repository that keeps the recovery points, `owner/name`. */
  readonly storedIn: string
  /** The newest recovery point, and what opens it. */
  readonly tag: string
  readonly sealedFor: Manifest['sealedFor']
  /** What is sealed as `key-check.gpg`. */
  readonly words: string
  /** What an answer begins with. */
  readonly answer: string
}

/** @param quarter `2026-Q4` */
export const keyCheckTitle = (database: string, quarter: string): string =>
  `Do you still hold the key? ${quarter}, the database ${plain(database)}`

/** How to try one's own copy, how to answer, and what to do when it does not open. */
export function keyCheckBody(context: KeyCheckContext): string {
  const { database, storedIn, tag, sealedFor, words, answer } = context
  const keyring =
    sealedFor.keyIds.length === 0
      ? ''
      : 'A private key has to be in gpg’s keyring: `gpg --import KEYFILE`. '
  // A line break is one on GitHub's page, too: each paragraph is one line.
  return `A secret that is stored in GitHub cannot be read back: no drill can show that a person still holds what opens the recovery points of the database ${name(database)}. Once a quarter somebody has to try.

### Try it

On a machine of your own and with **your own copy** of what opens it: ${openedWith(sealedFor)}.

\`\`\`bash
folder="$(mktemp -d)"
gh release download ${shellWord(oneLine(tag))} --repo ${shellWord(storedIn)} --pattern ${keyCheckName} --dir "$folder"
gpg --decrypt "$folder/${keyCheckName}"
\`\`\`

${keyring}gpg asks for the passphrase: take it from where you keep it, as you would after a disaster. It must print this, beside what gpg tells about the encryption:

    ${oneLine(words.trim())}

### Answer

Write one of these as a comment, in a line of its own:

- \`${answer} opened\` when it printed that: the next look closes this issue
- \`${answer} failed\` when it did not: the watch fails until somebody answers \`${answer} opened\`

An answer counts from whoever may write to this repository, and as it was first written: write a new comment instead of editing one. To close this issue by hand answers nothing.

### When it does not open

Nothing is lost while drills open it with GitHub’s secret, which may be the only copy now: do not delete it, and store nothing in its place.

1. Look for another copy, with everybody who was given one.
2. Make ${remedyFor(sealedFor)}, and keep two copies where people find them without GitHub.
3. Let the export seal with the new one, let \`verify-restore\` hold the new and the old, and **export now**.
4. Try again: the next look puts the new recovery point into the commands above.
5. Keep the old secret in GitHub until the last recovery point that it opens is gone.
`
}

const remedyFor = ({ passphrase, keyIds }: Manifest['sealedFor']) =>
  [
    ...(passphrase
      ? ['a new passphrase (`openssl rand -base64 24`), stored in GitHub under a new name']
      : []),
    ...(keyIds.length > 0 ? ['a new pair of keys (`gpg --full-generate-key`)'] : []),
  ].join(' or ')

interface Opened {
  readonly login: string
  /** ISO 8601. */
  readonly at: string
  readonly comment: { readonly url: string }
}

/** The comment that closes the issue. */
export const keyCheckOpened = ({ login, at, comment }: Opened, quarter: string): string =>
  `${code(login)} has opened \`${keyCheckName}\` with their own copy, and said so at ${at}: [the answer](${comment.url}). That is the answer for ${quarter}.\n`
