import { formatDuration, type Playbook, type Scenario } from '@recovery-playbook/playbook'
import { oneLine, shellWord } from '../markdown.ts'
import type { Known } from './known.ts'

/** For each scenario what to type, in order; TAG is what the first command lists. */
export function procedures(known: Known): string {
  const { playbook, repository } = known
  const store = playbook.store.repository ?? repository
  const [mirror] = playbook.mirrors.map(({ to }) => to)
  return [
    section(playbook, 'code-rollback', 'The code is broken: go back', [
      'git fetch origin --tags',
      "git tag --list 'backup-*' --sort=-creatordate --format='%(refname:short)  %(contents:subject)' | head",
      'TAG=… # of these',
      'git switch --create "restore-$TAG" "$TAG"',
      '# Deploy this branch. Migrations that it does not have: undo them first, newest first,',
      '# with the newer code: python manage.py migrate APP NAME',
    ]),
    section(playbook, 'database-restore', 'The data is broken or gone: restore it', [
      ...download(store),
      'less RESTORE.md # and follow it: gpg asks for the passphrase, pg_restore writes a new database',
    ]),
    section(playbook, 'environment-rebuild', 'The environment is gone: build it anew', [
      `git clone ${shellWord(`https://github.com/${repository}.git`)} code`,
      ...download(store),
      'less RESTORE.md # and follow it, with the sections on the configuration and the new database',
      'cd ../code && git checkout COMMIT # of the first lines of RESTORE.md',
      ...start(playbook),
    ]),
    section(playbook, 'catastrophe', 'The account is gone: start from the mirror', [
      ...(mirror === undefined
        ? ['# There is no mirror: then nothing is left. Add one to the playbook file.']
        : [
            ...fromMirror(mirror),
            'less RESTORE.md # and follow it, with the sections on the code and the configuration',
            'cd ../code',
            ...start(playbook),
          ]),
    ]),
  ].join('\n')
}

function section(
  { guarantees }: Playbook,
  scenario: Scenario,
  title: string,
  commands: readonly string[],
): string {
  const { recoveryTime, dataLoss } = guarantees[scenario]
  const loss = dataLoss === 0 ? 'nothing is lost' : `at most ${formatDuration(dataLoss)} are lost`
  const lines = commands.flatMap((command) => command.split(/\r\n|\n|\r/)).map(oneLine)
  return `### ${title}\n\nPromised: within ${formatDuration(recoveryTime)}, and ${loss}.\n\n${fenced(lines.join('\n'))}`
}

/** A fence is longer than any within it. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}sh\n${text}\n${fence}\n`
}

const download = (store: string) => [
  `gh release list --repo ${shellWord(store)} --limit 10`,
  'TAG=… # of these; the notes of a release say whether it was proved',
  `gh release download "$TAG" --repo ${shellWord(store)} --dir recovery && cd recovery`,
]

const fromMirror = (mirror: string) =>
  /^[\w.-]+\/[\w.-]+$/.test(mirror)
    ? download(mirror)
    : [
        `ls ${shellWord(mirror)}/releases`,
        'TAG=… # of these',
        `cp -r ${shellWord(mirror)}/releases/"$TAG" recovery && cd recovery`,
      ]

/** As the drill does it, which shows that these commands work. */
function start({ drill }: Playbook): string[] {
  if (drill === undefined) return ['# Set the application up, and start it.']
  const { directory, serve, django } = drill
  const manage =
    django === false
      ? []
      : [
          `${django.python} ${django.manage} migrate`,
          ...(django['initial-data'] === false
            ? []
            : [`${django.python} ${django.manage} ${django['initial-data']}`]),
          ...(django.static ? [`${django.python} ${django.manage} collectstatic --noinput`] : []),
        ]
  return [
    ...(directory === '' ? [] : [`cd ${shellWord(directory)}`]),
    ...drill['set-up'].map(({ run }) => run),
    ...manage,
    ...(serve === undefined ? [] : [`export PORT=${serve.port}`, serve.run]),
  ]
}
