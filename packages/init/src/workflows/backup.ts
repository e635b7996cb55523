import { exportCron, exportInterval } from './export-schedule.ts'
import { ours, Workflow } from './edit.ts'
import {
  type Database,
  databasesOf,
  mirrorToken,
  opening,
  secret,
  storeWriting,
  type Terms,
} from './terms.ts'

const template = `name: Backup

on:
  push:
    branches: [main]
  schedule:
    # An export each time; the first run after a week also tags and drills.
    - cron: '47 4 * * *'
  workflow_dispatch:
    inputs:
      description:
        description: What the backup comes before, in a few words
        default: a change by hand
        type: string

permissions: {}

jobs: {}
`

const jobTemplate = `name: Backup
permissions:
  contents: write # tags, releases, and the branch recovery-log
  actions: read # whether GitHub starts the workflows, and when it last did
  issues: write # an issue while backups are late or drills fail
  statuses: write # the verdict on the commit
uses: backup
with:
  description: \${{ inputs.description }}
`

/** Tags before major pushes, exports as often as the promise needs, and drills each week. */
export function backupWorkflow(terms: Terms): string {
  const { playbook, defaultBranch } = terms
  const { 'database-restore': promised } = playbook.guarantees
  const workflow = new Workflow(template)
  workflow.set(['on', 'push', 'branches'], [asPattern(defaultBranch)])
  workflow.set(['on', 'schedule', 0, 'cron'], exportCron(exportInterval(promised.dataLoss)))
  for (const [index, one] of databasesOf(playbook).entries()) {
    workflow.addJob(one.idOf('backup'), jobFor(one, index === 0, terms))
  }
  return workflow.toString()
}

function jobFor({ database, url }: Database, tags: boolean, terms: Terms): Workflow {
  const { playbook, ref, python } = terms
  const job = new Workflow(jobTemplate)
  if (database !== undefined) job.set(['name'], `Backup of ${database}`)
  job.set(['uses'], ours('backup', ref))
  job.setAll(['with'], {
    ...(database === undefined ? {} : { database }),
    ...(tags ? {} : { tags }),
    ...(python === undefined || playbook.drill === undefined ? {} : { python }),
  })
  job.setAll(['secrets'], {
    DATABASE_PUBLIC_URL: secret(url),
    ...opening(terms),
    ...storeWriting(playbook),
    MIRROR_TOKEN: secret(mirrorToken(playbook)),
    ...configurationOf(terms),
  })
  return job
}

/** A branch filter reads these as a pattern; others have no place in a branch's name. */
const asPattern = (branch: string) => branch.replace(/[!+\]]/g, String.raw`\$&`)

/** A called workflow gets no `env`. One line: GitHub masks each line of a secret, also one that is a brace. */
function configurationOf({ playbook, isSecret }: Terms): Record<string, string> {
  const { configuration } = playbook.members
  if (configuration.length === 0) return {}
  const values = configuration.map(
    (name) => `"${name}": \${{ toJSON(${isSecret(name) ? 'secrets' : 'vars'}.${name}) }}`,
  )
  return { CONFIGURATION: `{${values.join(', ')}}` }
}
