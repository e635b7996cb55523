import { ours, Workflow } from './edit.ts'
import { readToken, secret, storeToken, type Terms } from './terms.ts'

const template = `name: Merge guard

on:
  pull_request:
  merge_group:

permissions: {}

concurrency:
  group: merge-guard \${{ github.ref }}
  cancel-in-progress: true

jobs:
  proof:
    name: Proof
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    permissions:
      contents: read # releases, and the branch recovery-log
      actions: read # the run that a proof names
    steps:
      # The playbook is read from the default branch: a pull request cannot loosen what it is held against.
      # This file itself comes from the pull request: let a ruleset or CODEOWNERS guard it.
      - uses: verify-restore
        with:
          mode: proof

  # The required check. A job that is skipped counts as success, so this one always runs and reads.
  merge-guard:
    name: Merge guard
    needs: proof
    if: always()
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    permissions: {}
    steps:
      - name: Every job has succeeded
        env:
          RESULTS: \${{ join(needs.*.result, ' ') }}
        run: |
          echo "Results: $RESULTS"
          for result in $RESULTS; do
            test "$result" = success || exit 1
          done
          test -n "$RESULTS"
`

/** Holds a merge until the newest recovery point is young enough, and a drill has proved one. */
export function mergeGuardWorkflow({ playbook, ref }: Terms): string {
  const workflow = new Workflow(template)
  workflow.set(['jobs', 'proof', 'steps', 0, 'uses'], ours('verify-restore', ref))
  if (storeToken(playbook) !== undefined) {
    workflow.give('proof', 0, { with: { token: secret(readToken) } })
  }
  return workflow.toString()
}
