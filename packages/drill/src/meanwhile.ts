/** What is being made while something else is done; gone in the end, whether or not it was used. */
interface Meanwhile<T> extends AsyncDisposable {
  /** Throws what the making threw. */
  ready(): Promise<T>
}

export function meanwhile<T extends AsyncDisposable>(making: Promise<T>): Meanwhile<T> {
  // Whoever fails before it is needed does not ask.
  making.catch(() => undefined)
  return {
    ready: () => making,
    [Symbol.asyncDispose]: () =>
      making.then(
        (made) => made[Symbol.asyncDispose](),
        () => undefined,
      ),
  }
}
