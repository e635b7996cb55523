interface Group {
  readonly stop: () => void
  /** One at most. Decided with true when its turn has come, with false when a newer one is there. */
  waiting?: { readonly group: Group; readonly decide: (turn: boolean) => void }
}

/** Who works in each group. */
const groups = new Map<string, Group>()

export interface Turn extends Disposable {
  /** False: a newer run of the group came while this one waited, and GitHub cancels this one. */
  readonly granted: boolean
}

/**
 * Waits until no other run of the group works: one runs, one waits, and a third takes the place of the
 * one that waits.
 *
 * @param name of the group, unique among all GitHubs of this process
 * @param stop cancels this run; called when a newer one comes with `cancelInProgress`
 */
export async function takeTurn(
  name: string,
  cancelInProgress: boolean,
  stop: () => void,
): Promise<Turn> {
  const mine: Group = { stop }
  const running = groups.get(name)
  if (running === undefined) groups.set(name, mine)
  else {
    running.waiting?.decide(false)
    const turn = new Promise<boolean>((decide) => {
      running.waiting = { group: mine, decide }
    })
    if (cancelInProgress) running.stop()
    if (!(await turn)) return { granted: false, [Symbol.dispose]: () => undefined }
  }
  return {
    granted: true,
    [Symbol.dispose]: () => {
      if (mine.waiting === undefined) groups.delete(name)
      else {
        groups.set(name, mine.waiting.group)
        mine.waiting.decide(true)
      }
    },
  }
}
