import { ZxcvbnFactory } from '@zxcvbn-ts/core'
import * as common from '@zxcvbn-ts/language-common'
import * as english from '@zxcvbn-ts/language-en'

/**
 * What is judged of a longer passphrase: the estimate's cost grows faster than the length (measured:
 * 0.1 s for 32 characters, 0.3 s for 64, 0.6 s for 100).
 */
const judged = 64

/**
 * How many guesses an attacker who knows words, names, dates, keyboards and substitutions needs, in
 * bits. A random character counts 3.3 bits, whatever its alphabet: too few rather than too many.
 */
export function estimatedBits(passphrase: string): number {
  // Made anew: kept, its 30 MB of dictionaries would be looked through at every garbage collection.
  const estimator = new ZxcvbnFactory({
    dictionary: { ...common.dictionary, ...english.dictionary },
    graphs: common.adjacencyGraphs,
  })
  const { guessesLog10 } = estimator.check(Array.from(passphrase).slice(0, judged).join(''))
  return guessesLog10 / Math.log10(2)
}
