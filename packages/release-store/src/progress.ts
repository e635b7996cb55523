/** Watches that the bytes of a transfer keep moving. */
export interface Progress extends Disposable {
  /** Fires when the transfer stands still. */
  readonly signal: AbortSignal
  /** Bytes have moved. */
  moved(): void
}

/**
 * Milliseconds without a byte: an upload once hung for almost 4 hours (llama.cpp#89). The last megabytes
 * of an upload are the kernel's to send, and nobody sees them move.
 */
export const standstill = 120_000

const looks = 4

/**
 * Ends what stands still, and lets go on what is slow and moves: a slow line is no failure.
 *
 * @param patience milliseconds without a byte, exact to a quarter
 */
export function watchProgress(patience: number): Progress {
  const stop = new AbortController()
  let still = 0
  let over = false

  function look(): void {
    if (over) return
    still += 1
    if (still <= looks) lookLater()
    else stop.abort(new Error(`not a byte has moved for ${patience / 1000} s`))
  }
  const lookLater = () => {
    AbortSignal.timeout(patience / looks).addEventListener('abort', look, { once: true })
  }

  lookLater()
  return {
    signal: stop.signal,
    moved: () => {
      still = 0
    },
    [Symbol.dispose]: () => {
      over = true
    },
  }
}
