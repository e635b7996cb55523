import type { Playbook, Scenario } from '@recovery-playbook/playbook'

/** A text of the repository. */
export interface TextFile {
  readonly path: string
  readonly text: string
}

/** What the latest drill of a scenario found. */
export interface Drilled {
  readonly scenario: Scenario
  readonly verdict: string
  /** Seconds; null where none was measured. */
  readonly recoverySeconds: number | null
  /** ISO 8601. */
  readonly recordedAt: string
}

/** An issue that asked for a person's own copy of what opens the backups. */
export interface KeyCheck {
  readonly database: string
  /** Such as `2026-Q4`. */
  readonly quarter: string
  readonly url: string
  /** ISO 8601. */
  readonly openedAt: string
  /** Whether that copy opened one; undefined where nobody has said. */
  readonly answer: 'opened' | 'failed' | undefined
}

/** What a playbook is held against. What could not be found out is unknown, and the audit says so. */
export interface Facts {
  /** `owner/name` of the repository; undefined where that is not known. */
  readonly repository: string | undefined
  readonly playbook: Playbook
  readonly file: TextFile
  /** Files of `.github/workflows`. */
  readonly workflows: readonly TextFile[]
  /** The document that people wrote and read, where there is one. */
  readonly document: TextFile | undefined
  readonly drilled: readonly Drilled[] | 'unknown'
  /** Names of the repository's secrets for workflows. */
  readonly secrets: readonly string[] | 'unknown'
  /** Of each database the latest quarter first. */
  readonly keyChecks: readonly KeyCheck[] | 'unknown'
  readonly now: Date
}
