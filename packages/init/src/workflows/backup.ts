import { exportCron, exportInterval } from './export-schedule.ts'
import { checkout, ours, setupPython, Workflow } from './edit.ts'
import { databaseUrl, mirrorToken, secret, storeToken, type Terms } from './terms.ts'

const template = `name: Backup

on:
  push:
    branches: [main]
  schedule:
    # Weekly: tag, export, drill. Before the daily exports, so that the drill, which judges the gap to the
    # export before, has room for a late start.
    - cron: '17 3 * * 1'
    # Daily: export alone.
    - cron: '47 4 * * *'
  workflow_dispatch:
    inputs:
      description:
        description: What the backup comes before, in a few words
        default: a change by hand
        type: string

permissions: {}

# Nothing that runs is ever cancelled. What waits in a group makes way for a newer run of it, so every push
# and every run by hand has a group of its own, and so has each schedule.
concurrency:
  group: backup \${{ github.event_name == 'push' && github.sha || github.event.schedule || github.run_id }}
  cancel-in-progress: false

jobs:
  tag:
    name: Tag
    if: github.event_name != 'schedule'
    runs-on: ubuntu-24.04
    timeout-minutes: 10
    permissions:
      contents: write # an annotated tag
    steps:
      - uses: create-backup-tag
        with:
          # Of a push the state before it is tagged, when the change is a major one.
          description: \${{ inputs.description || (github.event_name != 'push' && 'the weekly drill' || '') }}

  export:
    name: Export
    # Not after the tag: a tag that cannot be made must not cost a backup.
    if: github.event_name != 'push'
    runs-on: ubuntu-24.04
    timeout-minutes: 60
    permissions:
      contents: write # a tag and a release
    outputs:
      recovery-point: \${{ steps.export.outputs.recovery-point }}
    steps:
      - uses: pg-export-release
        id: export
        with:
          database-url: from a secret

  verify:
    name: Verify
    needs: export
    if: github.event_name != 'schedule'
    runs-on: ubuntu-24.04
    timeout-minutes: 60
    permissions:
      contents: write # the record on the branch recovery-log; the drill gets no database credentials
      issues: write # an issue while drills fail
      statuses: write # the verdict on the commit
    steps:
      - uses: verify-restore
        with:
          recovery-point: \${{ needs.export.outputs.recovery-point }}
`

/** Tags before major pushes, exports as often as the promise needs, and a drill every week. */
export function backupWorkflow(terms: Terms): string {
  const { playbook, ref, defaultBranch, python } = terms
  const { 'database-restore': promised } = playbook.guarantees
  const daily = exportCron(exportInterval(promised.dataLoss))
  const workflow = new Workflow(template)
  workflow.set(['on', 'push', 'branches'], [asPattern(defaultBranch)])
  workflow.set(['on', 'schedule', 1, 'cron'], daily)
  for (const job of ['tag', 'verify']) {
    workflow.set(['jobs', job, 'if'], `github.event.schedule != '${daily}'`)
  }
  workflow.set(['jobs', 'tag', 'steps', 0, 'uses'], ours('create-backup-tag', ref))
  workflow.set(['jobs', 'export', 'steps', 0, 'uses'], ours('pg-export-release', ref))
  workflow.set(['jobs', 'verify', 'steps', 0, 'uses'], ours('verify-restore', ref))
  workflow.give('export', 0, exportGiven(terms))
  workflow.give('verify', 0, { with: opening(terms) })
  workflow.begin('export', [checkout(playbook.members['code-bundle'])])
  workflow.begin('verify', [
    checkout(playbook.drill !== undefined),
    ...(python === undefined || playbook.drill === undefined ? [] : [setupPython(python)]),
  ])
  return workflow.toString()
}

/** A branch filter reads these as a pattern; others have no place in a branch's name. */
const asPattern = (branch: string) => branch.replace(/[!+\]]/g, String.raw`\$&`)

function exportGiven({ playbook, isSecret }: Terms) {
  const { encryption, members } = playbook
  const token = storeToken(playbook)
  const signing = encryption['signing-key']
  return {
    with: {
      'database-url': secret(databaseUrl(playbook)),
      passphrase: secret(encryption.passphrase),
      ...(signing === undefined ? {} : { 'signing-key': secret(signing) }),
      ...(token === undefined ? {} : { token: secret(token) }),
      'mirror-token': secret(mirrorToken(playbook)),
    },
    env: Object.fromEntries(
      members.configuration.map((name) => [
        name,
        isSecret(name) ? secret(name) : `\${{ vars.${name} }}`,
      ]),
    ),
  }
}

/** What a drill opens recovery points with. */
export function opening({ playbook }: Terms): Record<string, string> {
  const { encryption } = playbook
  const token = storeToken(playbook)
  const key = encryption['private-key']
  return {
    passphrase: secret(encryption.passphrase),
    ...(key === undefined ? {} : { 'private-key': secret(key) }),
    ...(token === undefined ? {} : { token: secret(token) }),
  }
}
