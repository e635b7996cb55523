import { Failure } from '@recovery-playbook/failure'
import { inOnePiece } from './byte-reader.ts'
import { fits, openContent, prefixBytes } from './content.ts'
import { addressOf, type Envelope, readEnvelope } from './envelope.ts'
import { openInto } from './open-into.ts'
import { altered, notHeld, unreadable } from './refusals.ts'
import { type Candidate, type Held, isAes, sessionKeysOf } from './unlock.ts'

export type { Held }

/** What a message may unpack to in memory. Ours are not compressed; gpg's packs zeros 1000 to 1. */
const unpackedBytes = 256 * 2 ** 20
const bomb = new Error('it unpacks to more than 256 MiB')

/** Opens messages whose digests have been checked: what fails to open is then no transport's fault. */
export interface Opener {
  /**
   * The plaintext of one complete message, whole and only after its authentication.
   *
   * @throws Failure CANNOT_OPEN when nothing that is held opens it, or it is not protected as it should
   *   be; PART_DAMAGED when it opens and was altered
   */
  readonly open: (sealed: Uint8Array, name: string) => Promise<Uint8Array>
  /**
   * As `open`, in flat memory, into a file that only its owner may read. Nothing has that name before
   * all of it is authenticated, and nothing is left when it is not.
   */
  readonly openInto: (
    sealed: AsyncIterable<Uint8Array>,
    path: string,
    name: string,
  ) => Promise<void>
  /** As `open`, in flat memory, for a try: what it says is forgotten. */
  readonly check: (sealed: AsyncIterable<Uint8Array>, name: string) => Promise<void>
}

/** The session key is derived once for all messages that carry the same key packets. */
export function openerFor(held: Held): Opener {
  const known = new Map<string, Promise<Candidate[]>>()

  function candidates(envelope: Envelope): Promise<Candidate[]> {
    const address = addressOf(envelope)
    const found = known.get(address) ?? sessionKeysOf(envelope, held)
    known.set(address, found)
    return found
  }

  return openerWith(candidates, (envelope, name) => notHeld(envelope, held, name))
}

/**
 * @param candidates every session key to try
 * @param otherwise what is wrong when none of them fits
 */
export function openerWith(
  candidates: (envelope: Envelope) => Promise<readonly Candidate[]>,
  otherwise: (envelope: Envelope, name: string) => Failure,
): Opener {
  async function* opened(
    sealed: AsyncIterable<Uint8Array>,
    name: string,
  ): AsyncGenerator<Uint8Array> {
    const source = watched(sealed)
    const envelope = await readEnvelope(source.bytes).catch((cause: unknown) => {
      throw source.brokeOff() ? cause : unreadable(name, cause)
    })
    try {
      const prefix = await envelope.content.take(prefixBytes)
      const found = await candidates(envelope)
      const weak = found.find(({ algorithm }) => !isAes(algorithm))
      if (weak) throw unreadable(name, new Error(`it is encrypted with ${weak.algorithm}`))
      const key = found.find((one) => fits(one, prefix)) ?? found.find(({ certain }) => certain)
      if (key === undefined) throw otherwise(envelope, name)
      yield* openContent(key, prefix, envelope.content, name)
      if ((await envelope.rest.next(1)).length > 0) throw new Error('something follows its end')
    } catch (cause) {
      throw cause instanceof Failure || source.brokeOff() ? cause : altered(name, cause)
    } finally {
      await envelope.rest.close()
    }
  }

  return {
    async open(sealed, name) {
      const most = Math.max(sealed.length, unpackedBytes)
      // What is not compressed takes less room than its seal: so much is set aside once.
      let whole: Buffer = Buffer.allocUnsafeSlow(sealed.length)
      let bytes = 0
      for await (const piece of opened(inOnePiece(sealed), name)) {
        if (bytes + piece.length > most) throw unreadable(name, bomb)
        if (bytes + piece.length > whole.length) whole = larger(whole, bytes, piece.length)
        whole.set(piece, bytes)
        bytes += piece.length
      }
      return whole.subarray(0, bytes)
    },
    openInto: (sealed, path, name) => openInto(opened(sealed, name), path),
    async check(sealed, name) {
      const plain = opened(sealed, name)
      while ((await plain.next()).done !== true);
    },
  }
}

function larger(full: Buffer, bytes: number, more: number): Buffer {
  const room = Buffer.allocUnsafeSlow(Math.max(2 * full.length, bytes + more))
  full.copy(room, 0, 0, bytes)
  return room
}

/** What the source of a message throws is not the message's fault, and is passed on as it is. */
function watched(sealed: AsyncIterable<Uint8Array>) {
  let broken = false
  async function* bytes() {
    try {
      yield* sealed
    } catch (cause) {
      broken = true
      throw cause
    }
  }
  return { bytes: bytes(), brokeOff: () => broken }
}
