/** Slower than this (bytes a second) counts as stuck: an upload once hung for 4 hours (llama.cpp#89). */
const slowest = 128 * 1024

const startUp = 60_000

/** Ends a transfer that takes longer than any working line would. */
export const transferDeadline = (bytes: number): AbortSignal =>
  AbortSignal.timeout(startUp + Math.ceil(bytes / slowest) * 1000)
