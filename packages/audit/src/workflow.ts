import { type Schedule, schedulesIn } from '@recovery-playbook/playbook'
import { parse } from 'yaml'
import type { TextFile } from './facts.ts'

/** A job that runs one of the actions, itself or in a workflow of ours that it calls. */
export interface ActionJob {
  readonly file: string
  /** `pg-export-release`, say. */
  readonly action: string
  readonly inputs: Readonly<Record<string, unknown>>
  /** The schedules that start it. */
  readonly schedules: readonly Schedule[]
}

export interface NamedSecret {
  readonly name: string
  readonly file: string
  readonly line: number
}

/** Every job of the workflows that uses one of our actions; a file that is no workflow has none. */
export const actionJobs = (workflows: readonly TextFile[]): ActionJob[] =>
  workflows.flatMap(({ path, text }) => {
    const schedules = schedulesIn(text, path)
    return Object.values(recordOf(recordOf(parsed(text)).jobs)).flatMap((job) => {
      const { steps, uses: called, with: handed, if: condition } = recordOf(job)
      const workflow =
        typeof called === 'string'
          ? /recovery-playbook\/\.github\/workflows\/([\w-]+)\.yml(?:@|$)/.exec(called)?.[1]
          : undefined
      const inCalled = (actionsOf[workflow ?? ''] ?? []).map((one) => ({
        ...{ file: path, ...one },
        inputs: { ...recordOf(handed), ...one.inputs },
        schedules: schedules.filter(({ cron }) => isMet(condition, cron)),
      }))
      const inSteps = (Array.isArray(steps) ? steps : []).flatMap((step) => {
        const { uses, with: inputs, if: ofStep } = recordOf(step)
        const action =
          typeof uses === 'string' ? /\/actions\/([\w-]+)(?:@|$)/.exec(uses)?.[1] : undefined
        if (action === undefined) return []
        const starts = schedules.filter(({ cron }) =>
          [condition, ofStep].every((one) => isMet(one, cron)),
        )
        return [{ file: path, action, inputs: recordOf(inputs), schedules: starts }]
      })
      return [...inCalled, ...inSteps]
    })
  })

/** What each of our workflows runs whenever it is called. Which drills follow an export, its history says. */
const actionsOf: Readonly<
  Record<string, readonly Pick<ActionJob, 'action' | 'inputs'>[] | undefined>
> = {
  backup: [
    { action: 'create-backup-tag', inputs: {} },
    { action: 'pg-export-release', inputs: {} },
    { action: 'verify-restore', inputs: { mode: 'watch' } },
    { action: 'verify-restore', inputs: { mode: 'restore', scenario: 'database-restore' } },
  ],
  'restore-drill': [{ action: 'verify-restore', inputs: { mode: 'restore' } }],
  watch: [{ action: 'verify-restore', inputs: { mode: 'watch' } }],
  'merge-guard': [{ action: 'verify-restore', inputs: { mode: 'proof' } }],
}

/** As far as a condition compares the schedule itself; any other is taken to be met. */
function isMet(condition: unknown, cron: string): boolean {
  if (typeof condition !== 'string') return true
  const compared = [...condition.matchAll(/github\.event\.schedule\s*(==|!=)\s*'([^']*)'/g)]
  const wanted = compared.filter(([, operator]) => operator === '==').map(([, , one]) => one)
  const unwanted = compared.filter(([, operator]) => operator === '!=').map(([, , one]) => one)
  return !unwanted.includes(cron) && (wanted.length === 0 || wanted.includes(cron))
}

/** GITHUB_TOKEN is there by itself. */
export const secretsIn = (workflows: readonly TextFile[]): NamedSecret[] =>
  workflows.flatMap(({ path, text }) =>
    text
      .split('\n')
      .flatMap((words, index) =>
        [...words.matchAll(/\bsecrets\.([A-Za-z_]\w*)/g)]
          .map(([, name = '']) => ({ name, file: path, line: index + 1 }))
          .filter(({ name }) => name !== 'GITHUB_TOKEN'),
      ),
  )

function parsed(text: string): unknown {
  try {
    return parse(text) as unknown
  } catch {
    return undefined
  }
}

const recordOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {}
