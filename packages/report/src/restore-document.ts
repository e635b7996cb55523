import type { Manifest, Member } from '@recovery-playbook/archive'
import { formatBytes } from './bytes.ts'
import { oneLine, shellWord } from './markdown.ts'

export const restoreDocumentName = 'RESTORE.md'

interface Downloads {
  readonly content: Omit<Manifest, 'format'>
  /** Name and address of every file that has to be downloaded, in order. */
  readonly files: readonly { readonly name: string; readonly url: string }[]
}

/**
 * The commands that restore exactly this recovery point with nothing of ours. No secret stands on a
 * command line; each part is opened into a file, and nothing is read before all of them opened.
 */
export function restoreDocument({ content, files }: Downloads): string {
  const { tag, repository, database, commit, snapshotAt, postgres, members, sealedFor } = content
  const has = (name: string) => members.some((member) => member.name === name)
  const bytes = members.find(({ name }) => name === 'database.dump')?.bytes ?? 0
  return `# Restore ${oneLine(tag)}

The database '${oneLine(database)}' of ${oneLine(repository)} as it was at ${snapshotAt}, at commit
${commit}. It came from PostgreSQL ${oneLine(postgres.server)}; restore it into PostgreSQL ${postgres.major}.
${content.partial === true ? partial : ''}
You need bash, curl, sha256sum, gpg, zstd, the client programs of PostgreSQL ${postgres.major}, ${formatBytes(2 * bytes)} of free
disk beside the new database, a token that may read the addresses below, and ${sealedFor.passphrase ? 'the passphrase' : `the private key ${either(sealedFor.keyIds)}`}.

Start a shell of its own with \`bash\`, so that the first error ends that and not your terminal. Then run the
blocks in order, each on its own: a block that asks for something ends with the question.

## 1. Download

The addresses are those of the store in which it was made. **Where you hold a copy** (in another repository, or in a
directory), put its files into a folder \`recovery\` instead of running these two blocks, for instance with one of these,
where TAG is the headline’s:

    gh release download TAG --repo OWNER/NAME --dir recovery
    cp -r DIRECTORY/releases/TAG recovery

then \`set -euo pipefail\`, \`umask 077\`, \`cd recovery\`, and go on from \`sha256sum -c SHA256SUMS\`.

\`\`\`bash
set -euo pipefail
umask 077
mkdir recovery
cd recovery
read -rsp 'GitHub token: ' token
\`\`\`

\`\`\`bash
download() {
  printf 'header = "Authorization: Bearer %s"\\n' "$token" |
    curl --config - --header 'Accept: application/octet-stream' --fail --silent --show-error \\
      --location --retry 3 --output "$1" "$2"
}
${files.map(({ name, url }) => `download ${shellWord(name)} ${shellWord(url)}`).join('\n')}
sha256sum -c SHA256SUMS
\`\`\`

## 2. Open

${sealedFor.passphrase ? withPassphrase : withKey}
\`\`\`bash
${members.map(decompress).join('\n')}
\`\`\`

## 3. Restore

Say where the new PostgreSQL ${postgres.major} is, unless it is on this machine: \`export PGHOST=… PGPORT=… PGUSER=… PGPASSWORD=…\`.

\`\`\`bash
PATH="/usr/lib/postgresql/${postgres.major}/bin:$PATH"
createdb --template=template0 ${databaseOptions(postgres)} restored
psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --dbname=restored <<'SQL'
\\set sealed \`cat fingerprint.json\`
SELECT format('CREATE ROLE %I NOLOGIN', role)
  FROM jsonb_array_elements_text(:'sealed'::jsonb #> '{fingerprint,roles}') AS role
  WHERE to_regrole(quote_ident(role)) IS NULL \\gexec
SQL
pg_restore --exit-on-error --no-owner --no-privileges --jobs=2 --dbname=restored database.dump
\`\`\`

The database \`restored\` now holds the data. \`fingerprint.json\` holds the number of rows of every table, to compare with.
${has('globals.sql') ? rolesAndPrivileges : ''}${has('code.bundle') ? theCode(commit) : ''}${has('configuration.env') ? theConfiguration : ''}When you are done, delete the folder \`recovery\`: it holds the data in plain form.
`
}

const rolesAndPrivileges = `
### With owners and privileges

The commands above leave all objects with you. \`globals.sql\` makes the roles of the original server, with their
memberships and settings and without passwords. On a server that is for this database alone, run it before
\`pg_restore\`, as a superuser:

    psql --no-psqlrc --dbname=postgres --file=globals.sql

A role that exists already, such as \`postgres\`, gives an error that does no harm. Then leave \`--no-owner\` and
\`--no-privileges\` out of \`pg_restore\`; with \`--create --dbname=postgres\` it also makes the database under its own name,
with the privileges and settings that belong to the database. At last give each role that logs in a new password.

`

const theCode = (commit: string) => `
### The code

With git, and nothing else:

    git clone code.bundle ../code && git -C ../code checkout ${commit}

`

const theConfiguration = `
### The configuration

\`configuration.env\` holds the variables that were named, as a shell reads them. It is secret:

    set -a; . ./configuration.env; set +a

`

/** As the source was made, so that it holds the same characters and sorts in the same order. */
function databaseOptions({ encoding = 'UTF8', locale }: Manifest['postgres']): string {
  const options = [`--encoding=${shellWord(encoding)}`]
  if (locale !== undefined) {
    const { provider, collation, ctype, name } = locale
    options.push(`--lc-collate=${shellWord(collation)}`, `--lc-ctype=${shellWord(ctype)}`)
    if (provider !== 'libc') {
      options.push(`--locale-provider=${provider}`, `--${provider}-locale=${shellWord(name ?? '')}`)
    }
  }
  return options.join(' ')
}

const partial = `
It is partial: filters left something out of the dump. Once it is opened, \`fingerprint.json\` names what, under \`leftOut\`.
`

const decompress = ({ name }: Member) =>
  `cat ${name}.zst.[0-9][0-9][0-9][0-9] | zstd --decompress --quiet -o ${name}`

const withPassphrase = `\`\`\`bash
read -rsp 'Passphrase: ' passphrase
\`\`\`

\`\`\`bash
for part in *.gpg; do
  gpg --batch --quiet --yes --pinentry-mode loopback --passphrase-fd 3 \\
    --output "\${part%.gpg}" --decrypt "$part" 3<<<"$passphrase"
done
\`\`\`
`

const withKey = `The private key has to be in gpg's keyring: \`gpg --import KEYFILE\`. gpg asks for its passphrase once.

\`\`\`bash
for part in *.gpg; do
  gpg --quiet --yes --output "\${part%.gpg}" --decrypt "$part"
done
\`\`\`
`

const either = (keyIds: readonly string[]) => keyIds.join(' or ')
