import { Failure } from '@recovery-playbook/failure'
import { statusOf } from '@recovery-playbook/github'

/** How what may pass is tried again. */
export interface Patience {
  /** Waits so many milliseconds. */
  readonly pause: (milliseconds: number) => Promise<void>
  /** From 0 to 1: two jobs that failed together do not come back together. */
  readonly random: () => number
}

const tries = 4

/**
 * Tries again after whatever may pass: about 1, 4 and 16 seconds later, half as long to one and a half
 * times as long.
 *
 * @param attempt its argument counts the attempts, from 1
 */
export async function persist<T>(
  attempt: (count: number) => Promise<T>,
  { pause, random }: Patience,
): Promise<T> {
  for (let count = 1; ; count += 1) {
    try {
      return await attempt(count)
    } catch (error) {
      if (count === tries || hopeless(error)) throw error
      await pause(Math.round(1000 * 4 ** (count - 1) * (0.5 + random())))
    }
  }
}

/**
 * Nothing changes by trying again: the token, its rights or the request itself are wrong. Rate limits
 * have been waited for already, as long as GitHub asked.
 */
const hopeless = (error: unknown) =>
  error instanceof Failure || [400, 401, 403, 404, 410, 422, 429].includes(statusOf(error) ?? 0)
