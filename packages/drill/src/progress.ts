interface Progress {
  readonly bytesDone: number
  readonly bytesTotal: number
}

/** Work on less than this (bytes) is over before anybody wonders. */
const short = 256 * 1024 ** 2

/** Says how far a long work is, each time that another tenth of it is done. */
export function progressOf(work: string, say: (line: string) => void) {
  let said = 0
  return ({ bytesDone, bytesTotal }: Progress): void => {
    const tenths = Math.floor((10 * bytesDone) / bytesTotal + 1e-9)
    if (bytesTotal < short || tenths <= said) return
    said = tenths
    say(`${work}: ${tenths * 10}%`)
  }
}
