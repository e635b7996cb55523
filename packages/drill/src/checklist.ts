import { type Check, checkOfError } from './verdict.ts'

export interface Checklist {
  /** Work that a check needs: its error becomes the check's state, and ends the drill. */
  during<T>(name: string, work: () => Promise<T>): Promise<T>
  proved(name: string, detail: string): void
  settle(check: Check): void
  /** Every check in the order of the plan; what was not reached is `NOT PROVED`. */
  checks(): Check[]
}

/** Ends a drill whose checklist has noted the reason. */
export class DrillEnded extends Error {}

export function checklist(plan: readonly string[]): Checklist {
  const settled = new Map<string, Check>()
  const settle = (check: Check) => {
    const before = settled.get(check.name)?.state
    const isWorse = before === 'FAILED' || (before === 'NOT PROVED' && check.state !== 'FAILED')
    // Nothing that was found is ever covered by something better.
    if (isWorse && before !== check.state) return
    settled.set(check.name, check)
  }
  return {
    settle,
    proved: (name, detail) => {
      settle({ name, state: 'PROVED', detail })
    },
    async during(name, work) {
      try {
        return await work()
      } catch (error) {
        settle(checkOfError(name, error))
        throw new DrillEnded(name, { cause: error })
      }
    },
    checks: () =>
      plan.map(
        (name) => settled.get(name) ?? { name, state: 'NOT PROVED', detail: 'Not reached.' },
      ),
  }
}
