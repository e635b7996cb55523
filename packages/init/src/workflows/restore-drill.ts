import { ours, Workflow } from './edit.ts'
import { databasesOf, mirrorToken, opening, secret, storeWriting, type Terms } from './terms.ts'

const template = `name: Restore drill

on:
  workflow_dispatch:
    inputs:
      scenario:
        description: What is drilled, each judged by its own promise in the playbook
        default: database-restore
        type: choice
        options: [database-restore]
      recovery-point:
        description: Tag of the recovery point to restore; empty for the newest
        type: string
      max-data-loss:
        description: Instead of the promised data loss; proved by more than the playbook promises, it leaves no record
        type: string
      by-hand:
        description: Recover with the published RESTORE.md and standard programs alone; leaves no record
        default: false
        type: boolean
      self-test:
        description: Damage copies as well, and fail unless each damage is found
        default: false
        type: boolean

permissions: {}

jobs:
  drill:
    name: Drill
    permissions:
      contents: write # the record on the branch recovery-log; the drill gets no database credentials
      issues: write # an issue while drills fail
      statuses: write # the verdict on the commit
    uses: restore-drill
    with:
      scenario: \${{ inputs.scenario }}
      recovery-point: \${{ inputs.recovery-point }}
      max-data-loss: \${{ inputs.max-data-loss }}
      by-hand: \${{ inputs.by-hand }}
      self-test: \${{ inputs.self-test }}
`

/** A drill that somebody starts: of an older recovery point, or of another scenario. */
export function restoreDrillWorkflow(terms: Terms): string {
  const { playbook, ref, python } = terms
  const workflow = new Workflow(template)
  const inputs = ['on', 'workflow_dispatch', 'inputs']
  if (playbook.drill !== undefined) {
    const options = ['database-restore', 'environment-rebuild', 'catastrophe', 'code-rollback']
    workflow.set([...inputs, 'scenario', 'options'], options)
  }
  const databases = databasesOf(playbook).flatMap(({ database }) => database ?? [])
  if (databases.length > 0) {
    const description = 'Whose recovery point is restored'
    const choice = { description, default: databases[0], type: 'choice', options: databases }
    workflow.set([...inputs, 'database'], choice)
  }
  workflow.set(['jobs', 'drill', 'uses'], ours('restore-drill', ref))
  workflow.setAll(['jobs', 'drill', 'with'], {
    ...(databases.length > 0 ? { database: '${{ inputs.database }}' } : {}),
    ...(python === undefined || playbook.drill === undefined ? {} : { python }),
  })
  workflow.setAll(['jobs', 'drill', 'secrets'], {
    ...opening(terms),
    ...storeWriting(playbook),
    MIRROR_TOKEN: secret(mirrorToken(playbook)),
  })
  return workflow.toString()
}
