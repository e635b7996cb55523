export interface Pool {
  /** Starts the task when there is room. Rejects as soon as an earlier task is known to have failed. */
  add(task: () => Promise<unknown>): Promise<void>
  /** Resolves when all tasks are done; rejects with the first failure. */
  drained(): Promise<void>
  /** Resolves when no task is running any more, however it ended. */
  quiet(): Promise<void>
}

/** Runs at most `limit` tasks at once. */
export function pool(limit: number): Pool {
  // A failed task stays in the set, so that whoever waits next meets its error.
  const tasks = new Set<Promise<unknown>>()
  return {
    async add(task) {
      while (tasks.size >= limit) await Promise.race(tasks)
      const running: Promise<unknown> = task().then(() => tasks.delete(running))
      running.catch(() => undefined)
      tasks.add(running)
    },
    async drained() {
      await Promise.all(tasks)
    },
    async quiet() {
      await Promise.allSettled(tasks)
    },
  }
}
