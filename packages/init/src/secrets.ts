import type { Playbook } from '@recovery-playbook/playbook'
import type { Secret } from './proposal.ts'
import { databasesOf, mirrorToken, readToken, storeToken, type Terms } from './workflows/terms.ts'

/** What has to be set on GitHub before the first run, the most important first. */
export const secretsFor = ({ playbook, isSecret }: Terms): Secret[] => [
  passphrase(playbook),
  ...databases(playbook),
  ...keys(playbook),
  ...storeTokens(playbook),
  mirror(playbook),
  ...playbook.members.configuration.map((name) => configuration(name, isSecret(name))),
]

const set = (name: string) => `gh secret set ${name}`

const passphrase = ({ encryption: { passphrase: name } }: Playbook): Secret => ({
  name,
  why: 'It seals every recovery point. GitHub never shows it again, and without it nothing opens: the command prints it once, so that you can put it into your password manager, and a copy where the account is not needed.',
  command: `openssl rand -base64 32 | tee /dev/tty | ${set(name)}`,
})

const databases = (playbook: Playbook): Secret[] =>
  databasesOf(playbook).map(({ url: name }) => ({
    name,
    why: name.includes('PUBLIC')
      ? 'The export reads the database by it. On Railway: your PostgreSQL → Variables → DATABASE_PUBLIC_URL, with public access switched on (Settings → Networking).'
      : 'The export reads the database by it: postgresql://user:password@host:port/name, which GitHub\u2019s runners have to reach. Of a pooler take the direct address.',
    command: set(name),
  }))

const keys = ({ encryption }: Playbook): Secret[] =>
  [
    { name: encryption['private-key'], why: 'Drills open recovery points with it.' },
    { name: encryption['signing-key'], why: 'The export signs manifests with it.' },
  ].flatMap(({ name, why }) =>
    name === undefined ? [] : [{ name, why, command: `${set(name)} < key.asc` }],
  )

function storeTokens(playbook: Playbook): Secret[] {
  const { repository = '' } = playbook.store
  const name = storeToken(playbook)
  if (name === undefined) return []
  const make = 'Make it as a fine-grained token (Settings → Developer settings)'
  return [
    {
      name,
      why: `Recovery points are written to ${repository} by it, and a line of history to this repository. ${make} for both repositories, with Contents: write.`,
      command: set(name),
    },
    {
      name: readToken,
      why: `The merge guard reads ${repository} by it, also in pull requests, and must not write. ${make} for that repository alone, with Contents: read.`,
      command: set(readToken),
    },
  ]
}

const mirror = (playbook: Playbook): Secret => ({
  name: mirrorToken(playbook),
  why: `A token of another account, for ${playbook.mirrors[0]?.to ?? 'a private repository there'}, with Contents: write: the copy that survives the loss of this account.`,
  command: set(mirrorToken(playbook)),
})

const configuration = (name: string, isSecret: boolean): Secret => ({
  name,
  why: isSecret
    ? 'The application does not start without it, so it goes along, sealed. Take the value of production.'
    : 'It goes along with the value of production. It looks like no secret, so it is a variable.',
  command: isSecret ? set(name) : `gh variable set ${name}`,
})
