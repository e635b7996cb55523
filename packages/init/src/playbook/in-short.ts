const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

/** As a playbook writes it: `30m`, `24h`, `7d`, and `0` for nothing lost. */
export function inShort(milliseconds: number): string | 0 {
  if (milliseconds === 0) return 0
  if (milliseconds % day === 0 && milliseconds > day) return `${milliseconds / day}d`
  if (milliseconds % hour === 0) return `${milliseconds / hour}h`
  if (milliseconds % minute === 0) return `${milliseconds / minute}m`
  return `${Math.ceil(milliseconds / second)}s`
}
