import type { Playbook, Scenario } from '@recovery-playbook/playbook'
import type { TagRow } from '@recovery-playbook/recovery-log'

/** What the human document is generated from. Nothing in it depends on when that is done. */
export interface Known {
  readonly playbook: Playbook
  /** Of the playbook file. */
  readonly path: string
  /** `owner/name`. */
  readonly repository: string
  /** The address of its page. */
  readonly url: string
  readonly exports: Started
  /** Scenarios that workflows drill, each with what starts it. */
  readonly drills: readonly (Started & { readonly scenario: Scenario })[]
  /** The latest drill of each scenario that has one. */
  readonly measured: readonly Measurement[]
  /** Backup tags, the newest first. */
  readonly tags: readonly TagRow[]
}

export interface Started {
  /** In UTC, as GitHub reads them. */
  readonly crons: readonly string[]
  /** The longest time between two of them, in milliseconds; undefined where none starts it twice. */
  readonly longestGap: number | undefined
}

export interface Measurement {
  readonly scenario: Scenario
  readonly verdict: string
  /** ISO 8601. */
  readonly recordedAt: string
  /** Seconds; null where nothing was measured. */
  readonly recoverySeconds: number | null
  readonly dataLossSeconds: number | null
  readonly run: { readonly id: number }
}
