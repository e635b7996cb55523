import { ours, Workflow } from './edit.ts'
import { databasesOf, storeReading, type Terms } from './terms.ts'

const template = `name: Merge guard

on:
  pull_request:
  merge_group:

permissions: {}

# This file comes from the pull request: let a ruleset or CODEOWNERS guard it. The check to require is the
# called workflow's last job, 'Guard / Merge guard', which always runs.
jobs: {}
`

const jobTemplate = `name: Guard
permissions:
  contents: read # releases, and the branch recovery-log
  actions: read # the run that a proof names
  issues: read # an owner's override, where a merge is held
  pull-requests: read # the commit that it names, in a merge queue
uses: merge-guard
`

/** Holds a merge until the newest recovery point is young enough, and a drill has proved one. */
export function mergeGuardWorkflow({ playbook, ref }: Terms): string {
  const workflow = new Workflow(template)
  for (const { database, idOf } of databasesOf(playbook)) {
    const job = new Workflow(jobTemplate)
    job.set(['uses'], ours('merge-guard', ref))
    if (database !== undefined) job.set(['name'], `Guard ${database}`)
    job.setAll(['with'], database === undefined ? {} : { database })
    job.setAll(['secrets'], storeReading(playbook))
    workflow.addJob(idOf('guard'), job)
  }
  return workflow.toString()
}
