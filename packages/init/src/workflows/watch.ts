import { ours, Workflow } from './edit.ts'
import { watchCron } from './export-schedule.ts'
import { databasesOf, storeReading, type Terms } from './terms.ts'

const template = `name: Watch

on:
  schedule:
    # So often that a look falls into the last fifth of the promised data loss: there is time to act.
    - cron: '17 4 * * *'
  workflow_dispatch:

permissions: {}

jobs: {}
`

const jobTemplate = `name: Watch
permissions:
  contents: write # the badge on the branch recovery-log
  actions: read # whether GitHub starts the workflows, and when it last did
  issues: write # an issue while backups are late, and one each quarter about the key
uses: watch
`

/** Rings while there is time to act. A file of its own: it sees what became of the schedule of the other. */
export function watchWorkflow({ playbook, ref }: Terms): string {
  const workflow = new Workflow(template)
  workflow.set(
    ['on', 'schedule', 0, 'cron'],
    watchCron(playbook.guarantees['database-restore'].dataLoss),
  )
  for (const { database, idOf } of databasesOf(playbook)) {
    const job = new Workflow(jobTemplate)
    job.set(['uses'], ours('watch', ref))
    if (database !== undefined) job.set(['name'], `Watch ${database}`)
    job.setAll(['with'], database === undefined ? {} : { database })
    job.setAll(['secrets'], storeReading(playbook))
    workflow.addJob(idOf('watch'), job)
  }
  return workflow.toString()
}
