import { peakMemory } from '../../packages/local-github/test/child.ts'

/** An observer of an action's own process; what it starts does not count. */
export interface PeakWatch {
  readonly onStart: (pid: number) => void
  /** The most memory that the process ever had resident, in bytes. */
  peak(): number
}

export function peakWatch(): PeakWatch {
  let peak = 0
  return {
    onStart: (pid) => {
      const sampling = setInterval(() => {
        // The kernel keeps the maximum; only the last reading before the end counts.
        peakMemory(pid).then(
          (bytes) => {
            peak = Math.max(peak, bytes || 0)
          },
          () => {
            clearInterval(sampling)
          },
        )
      }, 50)
    },
    peak: () => peak,
  }
}
