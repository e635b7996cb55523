export interface Phase {
  readonly title: string
  /** Milliseconds from the start of the run to the start of the phase. */
  readonly begun: number
  readonly milliseconds: number
}

export interface Stopwatch {
  readonly startedAt: Date
  readonly phases: readonly Phase[]
  /** Milliseconds since the stopwatch was started. */
  elapsed(): number
  phase<T>(title: string, work: () => Promise<T>): Promise<T>
}

interface Ports {
  readonly clock: { now(): Date }
  readonly chapter: <T>(title: string, work: () => Promise<T>) => Promise<T>
}

/** Times the phases of a run, each a chapter of the log. */
export function stopwatch({ clock, chapter }: Ports): Stopwatch {
  const phases: Phase[] = []
  const startedAt = clock.now()
  const started = startedAt.getTime()
  return {
    startedAt,
    phases,
    elapsed: () => clock.now().getTime() - started,
    async phase(title, work) {
      const begun = clock.now().getTime()
      try {
        return await chapter(title, work)
      } finally {
        phases.push({
          title,
          begun: begun - started,
          milliseconds: clock.now().getTime() - begun,
        })
      }
    },
  }
}
