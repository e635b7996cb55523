import { Failure } from '@recovery-playbook/failure'
import { statusOf } from '@recovery-playbook/github'

/** Waits so many milliseconds. */
export type Pause = (milliseconds: number) => Promise<void>

/** What ends a transfer of so many bytes that hangs. */
export type Deadline = (bytes: number) => AbortSignal

/** Slower than this (bytes a second) counts as stuck: an upload once hung for 4 hours (llama.cpp#89). */
const slowest = 128 * 1024

const startUp = 60_000

/** Ends a transfer that takes longer than any working line would. */
export const transferDeadline: Deadline = (bytes) =>
  AbortSignal.timeout(startUp + Math.ceil(bytes / slowest) * 1000)

const tries = 4

/**
 * Tries a transfer again after whatever may pass: 1, 4 and 16 seconds later.
 *
 * @param transfer its argument counts the attempts, from 1
 */
export async function persist<T>(
  transfer: (attempt: number) => Promise<T>,
  pause: Pause,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await transfer(attempt)
    } catch (error) {
      if (attempt === tries || hopeless(error)) throw error
      await pause(1000 * 4 ** (attempt - 1))
    }
  }
}

/** Nothing changes by trying again: the token, its rights, or the request itself are wrong. */
const hopeless = (error: unknown) =>
  error instanceof Failure || [400, 401, 403, 404].includes(statusOf(error) ?? 0)
