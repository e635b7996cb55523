import { setTimeout as after } from 'node:timers/promises'

export const systemClock = {
  now: () => new Date(),
  /** Rejects at once when `stopped` fires. */
  sleep: async (milliseconds: number, stopped?: AbortSignal) => {
    await after(milliseconds, undefined, { signal: stopped })
  },
}
