import { opening } from './backup.ts'
import { checkout, ours, setupPython, Workflow } from './edit.ts'
import type { Terms } from './terms.ts'

const template = `name: Restore drill

on:
  workflow_dispatch:
    inputs:
      recovery-point:
        description: Tag of the recovery point to restore; empty for the newest
        type: string
      scenario:
        description: What is drilled, each judged by its own promise in the playbook
        default: database-restore
        type: choice
        options: [database-restore]
      max-data-loss:
        description: Instead of the promised data loss, such as 90d for an old recovery point
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

# Drills change nothing and may run side by side; one of the same recovery point waits.
concurrency:
  group: restore-drill \${{ inputs.scenario }} \${{ inputs.recovery-point }}
  cancel-in-progress: false

jobs:
  verify:
    name: Verify
    runs-on: ubuntu-24.04
    timeout-minutes: 60
    permissions:
      contents: write # the record on the branch recovery-log; the drill gets no database credentials
      issues: write # an issue while drills fail
      statuses: write # the verdict on the commit
    steps:
      - uses: verify-restore
        with:
          recovery-point: \${{ inputs.recovery-point }}
          scenario: \${{ inputs.scenario }}
          max-data-loss: \${{ inputs.max-data-loss }}
          by-hand: \${{ inputs.by-hand }}
          self-test: \${{ inputs.self-test }}
`

/** A drill that somebody starts: of an older recovery point, or of another scenario. */
export function restoreDrillWorkflow(terms: Terms): string {
  const { playbook, ref, python } = terms
  const workflow = new Workflow(template)
  if (playbook.drill !== undefined) {
    const options = ['database-restore', 'environment-rebuild', 'code-rollback']
    workflow.set(['on', 'workflow_dispatch', 'inputs', 'scenario', 'options'], options)
  }
  workflow.set(['jobs', 'verify', 'steps', 0, 'uses'], ours('verify-restore', ref))
  workflow.give('verify', 0, { with: opening(terms) })
  workflow.begin('verify', [
    checkout(playbook.drill !== undefined),
    ...(python === undefined || playbook.drill === undefined ? [] : [setupPython(python)]),
  ])
  return workflow.toString()
}
