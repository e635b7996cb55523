import { test } from '@jest/globals'

type Declare = (name: string, work: () => Promise<void> | void, milliseconds?: number) => void

/**
 * `test` where the condition holds; else a skip whose name carries the reason, so that nobody takes it
 * for a test that passed. With RECOVERY_PLAYBOOK_SKIPS=fail, as in CI, what cannot run is a failure.
 *
 * @param reason what is missing: "only root can mount a disk"
 */
export function needs(condition: boolean, reason: string): Declare {
  if (condition) return test
  if (process.env.RECOVERY_PLAYBOOK_SKIPS !== 'fail') {
    return (name, work) => {
      test.skip(`${name} [skipped: ${reason}]`, work)
    }
  }
  return (name) => {
    test(name, () => {
      throw new Error(`This cannot be skipped here: ${reason}.`)
    })
  }
}

export const isRoot = process.getuid?.() === 0
