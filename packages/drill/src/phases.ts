export interface Phase {
  readonly title: string
  readonly milliseconds: number
}

export interface Stopwatch {
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
  const started = clock.now().getTime()
  return {
    phases,
    elapsed: () => clock.now().getTime() - started,
    async phase(title, work) {
      const begun = clock.now().getTime()
      try {
        return await chapter(title, work)
      } finally {
        phases.push({ title, milliseconds: clock.now().getTime() - begun })
      }
    },
  }
}
