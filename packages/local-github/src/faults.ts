import type { Arrival, Origin } from './exchange.ts'

/**
 * - `status`: answered at once with `status`, `headers` and `body`.
 * - `hang`: stops after `afterBytes` and keeps the connection open, for ever.
 * - `cut`: stops after `afterBytes` and closes the connection.
 * - `short`: the answer ends after `afterBytes` and claims to be whole (Content-Length agrees).
 * - `damage`: one bit of the answer's byte at `afterBytes` is flipped.
 * - `slow`: an upload is read, or an answer sent, with `bytesPerSecond`, and correctly.
 * - `delay`: the request is served `delayMs` later, and correctly.
 * - `starter`: an upload is read whole, answered with `status` (default 502), and leaves an asset in
 *   state `starter` behind, as GitHub does (goreleaser/goreleaser#1382).
 * - `wrong-digest`, `wrong-size`: an upload is stored, and its asset reports a digest or a size that
 *   is not its content's.
 * - `no-digest`: an upload is stored, and its asset reports none, as those from before June 2025.
 */
export type FaultKind =
  | 'status'
  | 'hang'
  | 'cut'
  | 'short'
  | 'damage'
  | 'delay'
  | 'slow'
  | 'starter'
  | 'wrong-digest'
  | 'no-digest'
  | 'wrong-size'

/** A failure that waits for its request. Each armed fault counts the requests that it matches. */
export interface Fault {
  kind: FaultKind
  /** Default: every method. */
  method?: string
  /** Default: every origin. */
  origin?: Origin
  /**
   * A glob when it begins with a slash and has nothing special but `*` (within a segment) and `**`:
   * it must match the whole path, without the query. Anything else is a regular expression that is
   * searched for in the path and in the path with its query.
   */
  path: string
  /** The first match that fails, counted from 1 since arming. Default 1: the next. */
  occurrence?: number
  /** How many matches in a row fail. Default 1. */
  times?: number
  /** For `status` (default 500) and `starter` (default 502). */
  status?: number
  /**
   * For `hang` and `cut`: bytes of an upload's body that are read, or of an answer's body that are
   * sent. Without it nothing is read or sent, not even headers. For `short` and `damage`: where.
   * Default 0.
   */
  afterBytes?: number
  /** Headers of a `status` answer; also laid over the served answer for any other kind. */
  headers?: Record<string, string>
  /** Body of a `status` answer: a string is sent as it is (HTML, say), anything else as JSON. */
  body?: unknown
  /**
   * For `status`, `hang` and `cut`: the request takes effect first, and only its answer is lost.
   * Default false: the request has no effect (unless `afterBytes` asks for a piece of its answer).
   */
  applied?: boolean
  /** For `delay`. Default 1000. */
  delayMs?: number
  /** For `slow`. Default 65536. */
  bytesPerSecond?: number
}

interface Armed {
  readonly fault: Fault
  readonly matches: (place: Place) => boolean
  seen: number
  met: number
}

type Place = Pick<Arrival, 'origin' | 'method' | 'path'> & { readonly search: string }

/** The faults that are armed, and which of them a request meets. */
export class FaultBoard {
  #armed: Armed[] = []

  /** @throws TypeError when the fault cannot be understood, so that no test arms one in vain */
  arm(fault: Fault): void {
    if (!kinds.has(fault.kind)) throw new TypeError(`unknown kind of fault: ${fault.kind}`)
    if (typeof fault.path !== 'string') throw new TypeError('a fault needs a path')
    this.#armed.push({ fault, matches: matcher(fault), seen: 0, met: 0 })
  }

  disarm(): void {
    this.#armed = []
  }

  armed(): Fault[] {
    return this.#armed.map(({ fault }) => fault)
  }

  /**
   * The fault that this request meets. Every armed one counts it; of several that are due the first
   * one is met, and the others wait for the next match.
   */
  meet(place: Place): Fault | undefined {
    const matching = this.#armed.filter(({ matches }) => matches(place))
    for (const armed of matching) armed.seen += 1
    const due = matching.find(isDue)
    if (due === undefined) return undefined
    due.met += 1
    return due.fault
  }
}

const isDue = ({ fault, seen, met }: Armed): boolean =>
  seen >= (fault.occurrence ?? 1) && met < (fault.times ?? 1)

const kinds: ReadonlySet<string> = new Set<FaultKind>([
  'status',
  'hang',
  'cut',
  'short',
  'damage',
  'delay',
  'slow',
  'starter',
  'wrong-digest',
  'no-digest',
  'wrong-size',
])

function matcher({ method, origin, path }: Fault): Armed['matches'] {
  const matchesPath = pathMatcher(path)
  return (place) =>
    (method === undefined || method.toUpperCase() === place.method) &&
    (origin === undefined || origin === place.origin) &&
    matchesPath(place.path, place.search)
}

const globAlone = /^\/[\w./*@~%-]*$/

function pathMatcher(pattern: string): (path: string, search: string) => boolean {
  if (globAlone.test(pattern) && !pattern.includes('.*')) {
    const whole = new RegExp(`^${globSource(pattern)}$`)
    return (path) => whole.test(path)
  }
  const anywhere = new RegExp(pattern)
  return (path, search) => anywhere.test(path) || anywhere.test(path + search)
}

const globSource = (glob: string): string =>
  glob
    .split(/(\*\*|\*)/)
    .map((piece) =>
      piece === '**' ? '.*' : piece === '*' ? '[^/]*' : piece.replace(/[.~-]/g, '\\$&'),
    )
    .join('')
