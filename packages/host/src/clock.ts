import { setTimeout as after } from 'node:timers/promises'

export const systemClock = {
  now: () => new Date(),
  sleep: async (milliseconds: number) => {
    await after(milliseconds)
  },
}
