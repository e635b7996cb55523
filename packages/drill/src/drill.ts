import type { PartOpener } from '@recovery-playbook/archive'
import type { Guarantee, Scenario, Schedule } from '@recovery-playbook/playbook'
import type { Machine } from '@recovery-playbook/postgres'
import type { Identity, Processes } from '@recovery-playbook/processes'
import type { Proof } from '@recovery-playbook/recovery-log'
import type { ReleaseStore } from '@recovery-playbook/release-store'
import type { ApplicationOrder } from './application/order.ts'
import type { Figures } from './figures.ts'
import type { RecoveryPoint, Subject } from './find-recovery-point.ts'
import type { Phase } from './phases.ts'
import type { VerifySignature } from './signature.ts'
import type { Check, State } from './verdict.ts'
import type { KeyOpener } from './held-keys.ts'

export interface Drill {
  readonly store: Pick<ReleaseStore, 'published'>
  readonly opener: PartOpener & KeyOpener
  /** Where signers are named, nothing but what they signed is believed. */
  readonly verifySignature: VerifySignature | undefined
  /** Whose recovery points to look at. */
  readonly subject: Subject
  /** A recovery point's tag; empty for the newest. */
  readonly recoveryPoint: string
  /** What is drilled: what has to come back beside the data, and from where. */
  readonly scenario: Scenario
  /** The tag that `code-rollback` goes back to; empty for the newest backup tag. */
  readonly backupTag: string
  readonly application: ApplicationOrder | undefined
  /** Whether the store survives the loss of the account that the code is in. */
  readonly outsideAccount: boolean
  readonly guarantee: Guarantee
  /** Of this repository's workflows, where its files are there. */
  readonly schedules: readonly Schedule[]
  /** Percent of its rows that a table may have lost since the last proved recovery point. */
  readonly maxShrink: number
  /** The record of a recovery point's latest drill. @throws Failure NOT_PROVED where there is none */
  readonly proofOf: (recoveryPoint: string) => Promise<Proof>
  /** Whether the report names the keys of rows that differ: they may be personal data. */
  readonly showKeys: boolean
  /**
   * Holds nothing that opens a recovery point. Where it is given, the drill proves its prover as well:
   * it damages copies, and demands that each is found.
   */
  readonly stranger: PartOpener | undefined
  /** Whether data is restored where nothing keeps it from the network and other processes. */
  readonly allowNotIsolated: boolean
  readonly processes: Processes
  readonly searchPath: string
  /** Whether packages can be installed without sudo. */
  readonly root: boolean
  /** A private directory for the dump and the throwaway cluster; its owner removes it. */
  readonly directory: string
  readonly identity: Identity | undefined
  /** Sizes the throwaway server; its processors set the number of jobs. */
  readonly machine: Machine
  readonly clock: { now(): Date }
  readonly chapter: <T>(title: string, work: () => Promise<T>) => Promise<T>
  readonly info: (line: string) => void
}

/** What a drill measured, in milliseconds; absent where nothing was measured. */
export interface Measured {
  /** From the start of the drill to the data shown to be the same, or to the application answering. */
  readonly recoveryTime?: number
  /** What a disaster just before the snapshot would have cost. */
  readonly dataLoss?: number
  /** Of the snapshot, when it was looked at. */
  readonly age?: number
  /** The longest time between two snapshots of the last 90 days, as far as the history goes. */
  readonly worstGap?: number
}

export interface DrillReport {
  /** Undefined where nothing was drilled: a guard only looks at what drills have proved. */
  readonly scenario: Scenario | undefined
  readonly verdict: State
  readonly checks: readonly Check[]
  /** What was promised. */
  readonly guarantee: Guarantee
  readonly measured: Measured
  readonly startedAt: Date
  readonly phases: readonly Phase[]
  /** Milliseconds from the start of the drill to its end. */
  readonly elapsed: number
  readonly point: RecoveryPoint | undefined
  readonly figures: Figures | undefined
  /** What the verdict means, where the usual words would say too much or too little. */
  readonly inWords?: string
}
